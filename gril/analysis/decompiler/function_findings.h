#pragma once

#include <torch/types.h>

#include <optional>
#include <string>

#include "gril/analysis/decompiler/function_modes.h"
#include "gril/analysis/decompiler/kernel_strengths.h"
#include "gril/analysis/decompiler/memory_decay.h"
#include "gril/analysis/decompiler/neuron_findings.h"

namespace gril {

/// What a gated linear RNN computes as a polynomial, as far as outputs that count show it.
struct FunctionFindings {
  /// Why the kernels do not describe the network; nothing where they do. With an obstacle only
  /// `decay` and `polarised_difference` are set.
  std::optional<std::string> obstacle = {};
  MemoryDecay decay = {};
  /// rms by which outputs change when λ > 0.5 become γ and the others 0, over their rms.
  double polarised_difference = 0.0;
  torch::Tensor tensor = {};  ///< T, (m, d, d, d)
  KernelNorms norms = {};
  KernelStrengths strengths = {};
  FunctionModes memory = {};
  FunctionModes queries = {};
  /// rms of what T alone leaves of the counted outputs of all sequences, over their rms: 0 for
  /// linear attention.
  double attention_difference = 0.0;
};

/// The kernels describe the network when no neuron that matters has λ outside [0, 1] and
/// polarised_difference is at most 0.1.
/// Errors and cost: those of polynomial_kernels and of the modes.
FunctionFindings find_function(const StateForms& forms, const NeuronFindings& neurons,
                               const SampleSequences& sequences);

/// The file kernels.json, {"applies": false, "reason", …} with an obstacle.
Json to_json(const FunctionFindings& function);

}  // namespace gril

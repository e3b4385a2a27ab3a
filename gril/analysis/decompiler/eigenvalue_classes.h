#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// What a neuron's eigenvalue makes of its past. Source: gated_rnn_attention.md 4.1.
enum class EigenvalueClass {
  kMemory,   ///< λ in (0.99, 1.01]: keeps everything
  kForget,   ///< λ in [-0.01, 0.01): keeps the current token only
  kBetween,  ///< λ in [0.01, 0.99]: a decaying memory
  kOutside,  ///< λ below -0.01 or above 1.01, or not finite: alternates or grows
};

/// The class of one eigenvalue, and its name: memory, forget, between, outside.
EigenvalueClass eigenvalue_class(double eigenvalue);
std::string eigenvalue_class_name(EigenvalueClass kind);

/// Which neurons remember: λ > 0.5, (n), bool. Where a neuron must be taken for one that keeps its
/// past or one that holds the current token only, this decides. It is a reading, exact only for λ =
/// 1 and λ = 0; how far it is from the network is measured beside every number that rests on it.
torch::Tensor memory_mask(const torch::Tensor& eigenvalues);

/// Numbers of the neurons with λ > 0.5 and of the others, each (count), int64.
struct Polarity {
  torch::Tensor memory;
  torch::Tensor forget;
};
Polarity polarity(const torch::Tensor& eigenvalues);

/// How many neurons are of each class.
struct EigenvalueCounts {
  int64_t memory = 0;
  int64_t forget = 0;
  int64_t between = 0;
  int64_t outside = 0;
};
EigenvalueCounts count_eigenvalues(const std::vector<double>& eigenvalues);

/// {"memory", "forget", "between", "outside"}
Json to_json(const EigenvalueCounts& counts);

}  // namespace gril

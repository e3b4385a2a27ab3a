#pragma once

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "gril/analysis/decompiler/eigenvalue_classes.h"
#include "gril/analysis/decompiler/neuron_influence.h"

namespace gril {

/// Which neurons of a network matter, and what their eigenvalues make of them.
struct NeuronFindings {
  NeuronInfluence influence;
  torch::Tensor eigenvalues;  ///< λ of every neuron
  torch::Tensor kept;         ///< numbers of those with influence above the threshold, int64
  double threshold = 0.0;
  EigenvalueCounts counts;  ///< of the kept ones, by class
  int64_t remembering = 0;  ///< of the kept ones, λ > 0.5
  /// Of all neurons with λ outside [0, 1], silenced at once.
  double outside_influence = 0.0;
};

/// Errors and cost: those of neuron_influence.
NeuronFindings find_neurons(const StateForms& forms, const SampleSequences& sequences,
                            double threshold);

/// "λ of neuron 3 is 1.2, outside [0, 1]" for the most influential neuron whose eigenvalue
/// alternates or grows, where all of those together have more influence than the threshold: alone,
/// each may have much that others cancel, or little that others repeat. Otherwise nothing.
std::optional<std::string> outside_neuron(const NeuronFindings& neurons);

/// The file neurons.json: every neuron by influence, the counts above six thresholds, and how the
/// classes are to be read.
Json to_json(const NeuronFindings& neurons);

}  // namespace gril

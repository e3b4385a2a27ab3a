#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/analysis/decompiler/sample_sequences.h"
#include "gril/analysis/decompiler/state_forms.h"

namespace gril {

/// How much each neuron matters. The influence of neuron i is the mean square by which the outputs
/// change when h_i is silenced where it is read, over the mean square of the outputs. Source:
/// gated_rnn_attention.md 4.1.
///
/// It belongs to the neuron as it is stored: it does not change with scales, order or swapped
/// factors, but does when neurons are split, merged or mixed. What no change of coordinates can
/// move is in function_modes.h.
struct NeuronInfluence {
  std::vector<double> influence;  ///< one per neuron of the layer
  std::vector<int64_t> ranking;   ///< neurons by influence, largest first; ties by number
  double mean_square_output = 0;  ///< of the outputs that count
};

/// errors  InvalidArgument "[neuron_influence] …" when every output is 0 or one is not finite
/// cost    one pass over the sequences, n² multiply-adds per counted output
NeuronInfluence neuron_influence(const StateForms& forms, const SampleSequences& sequences);

/// The same for several neurons silenced at once; 0 for none. When they are all neurons with
/// certain eigenvalues, no change of coordinates moves it: splitting, merging and mixing stay among
/// neurons of one eigenvalue.
///
/// neurons  their numbers, int64, (count)
/// cost     one pass over the sequences, n² multiply-adds per counted output
double joint_influence(const StateForms& forms, const torch::Tensor& neurons,
                       const SampleSequences& sequences);

/// Numbers of the neurons with influence above a threshold, in order, int64.
torch::Tensor influential_neurons(const NeuronInfluence& influence, double threshold);

}  // namespace gril

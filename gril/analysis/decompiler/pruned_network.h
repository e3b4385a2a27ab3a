#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/analysis/decompiler/gated_rnn_weights.h"
#include "gril/base/json.h"

namespace gril {

/// A smaller network of the same kind and what became of the larger one.
struct PrunedNetwork {
  GatedRnnWeights weights;
  std::vector<int64_t> neurons = {};  ///< which of the larger network's neurons are left, ascending
  int64_t silenced_neurons = 0;  ///< taken out though they had an effect: not among those asked for
  int64_t idle_neurons = 0;      ///< taken out because they had none
  int64_t merged_neurons = 0;    ///< folded into others of equal λ
  int64_t idle_gates = 0;        ///< products that reached no output
  int64_t merged_gates = 0;      ///< products made of others
};

/// Takes neurons and gates out of a gated linear RNN. Source: gated_rnn_attention.md 2.8, 4.1.
///
/// 1. Neurons that are not in `kept` are silenced. This alone changes the function.
/// 2. A neuron whose state reaches no output is taken out.
/// 3. Products of the output gate that reach no output are taken out. The others are merged, as
/// forms
///    of the state with columns of the readout: one that is a combination of others into their
///    columns, two with parallel columns into one where the sum of their forms is still a single
///    product (product_sum.h).
/// 4. Neurons of equal λ are merged in the same way, as quadratic forms of the input with columns
/// of
///    the output gate.
/// Steps 2 to 4 are exact up to rounding.
///
/// kept    numbers of neurons, int64, (count); all of them for a purely exact reduction
/// errors  InvalidArgument "[pruned_network] …" when nothing would remain
/// cost    m·n² numbers and m²·n² multiply-adds, m gates of n neurons
PrunedNetwork prune_network(const GatedRnnWeights& weights, const torch::Tensor& kept);

/// Every count, and the sizes before and after.
Json to_json(const PrunedNetwork& pruned, const GatedRnnWeights& original);

}  // namespace gril

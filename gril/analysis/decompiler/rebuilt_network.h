#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gril/analysis/decompiler/attention_weights.h"
#include "gril/analysis/decompiler/sample_sequences.h"
#include "gril/constructions/memory_query_form.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// What a network is rebuilt from.
struct RebuildSource {
  const SequenceModel& model;   ///< the network itself, float64: what the outputs are compared with
  torch::Tensor tensor;         ///< T, as its counted outputs see it
  AttentionHeads nearest_head;  ///< of nearest_heads with one head
  double memory_eigenvalue = 1.0;  ///< γ, that of all memory neurons of the new network
};

/// A small network that computes the attention found in another.
struct RebuiltNetwork {
  std::shared_ptr<SequenceModel> model;
  std::string route;  ///< in words: one head with its ranks, or the whole tensor
  int64_t memory_neurons = 0;
  int64_t query_neurons = 0;
  int64_t gates = 0;
  double selection_difference = 0.0;  ///< by which it was chosen: on the first sequences
  double rms_difference = 0.0;        ///< on the others: rms over rms of the network's outputs
  double largest_difference = 0.0;    ///< on the others: largest over largest
};

/// The smallest network of one of these forms whose outputs differ from the source's by at most
/// `tolerance`, root mean squares over those of the source, or, where T itself is further away, by
/// at most 1.05 times as much:
///
///     one head of ranks r_v, r_m that share μ directions   r_v r_m − μ(μ−1)/2 + r_m neurons
///     all of T, read in r and asked in q directions        r(r+1)/2 + q neurons
///
/// Source: gated_rnn_attention.md 2.3, 2.6 and idea 7 of its section 6.
///
/// selection      sequences on which the network is chosen
/// certification  others, on which the difference is reported
/// returns        nothing where T misses more than half of the outputs (rms): no attention is there
/// cost           up to d³ candidates; each one product with the triple products of at most 2·10⁷
///                numbers
std::optional<RebuiltNetwork> rebuild_network(const RebuildSource& source, double tolerance,
                                              const SampleSequences& selection,
                                              const SampleSequences& certification);

/// Every field but the model; {"applies": false, "reason"} for nothing.
Json to_json(const std::optional<RebuiltNetwork>& network);

}  // namespace gril

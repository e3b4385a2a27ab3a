#pragma once

#include <torch/types.h>

#include "gril/constructions/associative_recall_claim.h"
#include "gril/constructions/linear_attention_weights.h"
#include "gril/models/checkpoint.h"

namespace gril {

/// Weights with which gated linear RNNs recall the value that was shown with a key.
/// Source: gated_rnn_attention.md 4.3.
///
///     joint tokens        one layer: linear attention from the query's key to the pairs, the
///     values
///                         its values and the keys its keys; K·V memory and K query neurons
///     interleaved tokens  two layers: a delay of one token (one_step_delay_as_gated_rnn.h,
///                         2 (K + V + 1) + 1 neurons), then the same attention on (token before;
///                         token): when a value comes, the token before is its key
///
/// dtype    float32 or float64: the precision the weights are rounded to.
/// returns  the model with its claim (tolerance 1e-12) and its task.
/// errors   InvalidArgument "[associative_recall] …", see check(claim).
ModelFile associative_recall_as_gated_rnn(const AssociativeRecallClaim& claim, torch::Dtype dtype);

/// That attention: on joint tokens, or on the pairs that the delay makes of interleaved ones.
LinearAttentionWeights recall_attention(const AssociativeRecallClaim& claim);

}  // namespace gril

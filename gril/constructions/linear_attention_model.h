#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gril/constructions/linear_attention_claim.h"
#include "gril/models/checkpoint.h"

namespace gril {

/// The model of a claim: an ordinary model file with exact weights and the claim beside them.
///
/// claim    resolved first.
/// dtype    float32 or float64: the precision the weights are rounded to. The limits of LSTM and
/// GRU
///          need float64: they live on small differences.
/// returns  the model with its claim: tolerance 1e-10 (float32: 1e-5), or a limit.
/// errors   InvalidArgument "[linear_attention] …" for a claim that the construction cannot keep:
///          see resolve, the files of its variant (attention_variant.h) and of its cell
///          (attention_cell.h), and for float32 with an LSTM or a GRU.
ModelFile linear_attention_model(const LinearAttentionClaim& claim, torch::Dtype dtype);

/// The layers of that model. The claim is taken as it is: its limit may lie outside the range.
std::vector<ExactLayer> linear_attention_layers(const LinearAttentionClaim& claim);

/// What the neurons of that model are for.
struct LinearAttentionModelSize {
  int64_t memory_neurons = 0;
  int64_t required_memory_neurons = 0;  ///< fewer are impossible: required_memory.h
  int64_t query_neurons = 0;            ///< 0 where the gate sees the token
  int64_t gates = 0;                    ///< products of a memory and a query
  std::vector<int64_t> units = {};      ///< of each recurrent layer, from below: attention_cell.h
  int64_t attention_parameters = 0;     ///< of the attention itself: 3d² for one head
};
LinearAttentionModelSize linear_attention_model_size(const LinearAttentionClaim& claim);

/// One object with every field, and one line for a person.
Json to_json(const LinearAttentionModelSize& size);
std::string to_text(const LinearAttentionModelSize& size);

}  // namespace gril

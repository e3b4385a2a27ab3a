#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>

#include "gril/constructions/linear_attention_claim.h"
#include "gril/models/checkpoint.h"

namespace gril {

/// The model of a claim: an ordinary model file with exact weights and the claim beside them.
///
/// dtype    float32 or float64: the precision the weights are rounded to.
/// returns  the model with its claim, tolerance 1e-10 (float32: 1e-5).
/// errors   InvalidArgument "[linear_attention] …" for a claim that the construction cannot keep:
///          see the files of its variant (attention_variant.h) and of its layer
///          (linear_attention_as_….h).
ModelFile linear_attention_model(const LinearAttentionClaim& claim, torch::Dtype dtype);

/// What the neurons of that model are for.
struct LinearAttentionModelSize {
  int64_t memory_neurons = 0;
  int64_t required_memory_neurons = 0;  ///< fewer are impossible: required_memory.h
  int64_t query_neurons = 0;
  int64_t gates = 0;                 ///< products of a memory and a query
  int64_t attention_parameters = 0;  ///< of the attention itself: 3d² for one head
};
LinearAttentionModelSize linear_attention_model_size(const LinearAttentionClaim& claim);

/// One object with every field, and one line for a person.
Json to_json(const LinearAttentionModelSize& size);
std::string to_text(const LinearAttentionModelSize& size);

}  // namespace gril

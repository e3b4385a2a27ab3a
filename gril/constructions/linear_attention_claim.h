#pragma once

#include <string>

#include "gril/constructions/attention_variant.h"
#include "gril/constructions/linear_attention_weights.h"

namespace gril {

/// The claim that a model computes linear attention, and by which construction.
struct LinearAttentionClaim {
  LinearAttentionWeights attention;
  AttentionVariant variant = AttentionVariant::kBasic;
};

/// The claim in words.
std::string sentence(const LinearAttentionClaim& claim);

/// The claim as it is stored in a model, and back. tolerance: largest error over largest answer.
/// Errors: InvalidArgument for missing or unknown keys and values outside their range.
Json to_json(const LinearAttentionClaim& claim, double tolerance);
LinearAttentionClaim read_linear_attention_claim(const Json& tree, const std::string& where);

}  // namespace gril

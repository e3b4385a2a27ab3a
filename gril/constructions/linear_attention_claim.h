#pragma once

#include <string>

#include "gril/constructions/attention_cell.h"
#include "gril/constructions/attention_variant.h"
#include "gril/constructions/linear_attention_weights.h"

namespace gril {

/// The claim that a model computes linear attention, and by which construction: what the neurons
/// hold, and in which cell.
struct LinearAttentionClaim {
  LinearAttentionWeights attention;
  AttentionVariant variant = AttentionVariant::kBasic;
  AttentionCell cell = AttentionCell::kGatedRnn;
  /// Value of the parameter of cell_limit; 0 stands for the usual one, and is what an exact cell
  /// has.
  double limit = 0.0;
};

/// The claim with its limit filled in.
/// Errors: InvalidArgument "[linear_attention] …" for a limit outside the range of its cell, one
/// for an exact cell, and as in check(LinearAttentionWeights).
LinearAttentionClaim resolve(LinearAttentionClaim claim);

/// The claim in words.
std::string sentence(const LinearAttentionClaim& claim);

/// The claim as it is stored in a model, and back. tolerance: largest error over largest answer, of
/// an exact claim; a claim in a limit has "limit" in its place (claim_limit.h).
/// Errors: InvalidArgument for missing or unknown keys and values outside their range.
Json to_json(const LinearAttentionClaim& claim, double tolerance);
LinearAttentionClaim read_linear_attention_claim(const Json& tree, const std::string& where);

}  // namespace gril

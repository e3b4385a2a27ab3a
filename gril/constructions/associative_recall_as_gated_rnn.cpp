#include "gril/constructions/associative_recall_as_gated_rnn.h"

#include <ATen/ATen.h>

#include "gril/constructions/basic_memory.h"
#include "gril/constructions/exact_model.h"
#include "gril/constructions/linear_attention_as_gated_rnn.h"
#include "gril/constructions/one_step_delay_as_gated_rnn.h"

namespace gril {
namespace {

/// (rows, width), row-major: row i selects feature first + i.
std::vector<double> selector(int64_t rows, int64_t width, int64_t first) {
  std::vector<double> matrix(static_cast<std::size_t>(rows * width), 0.0);
  for (int64_t i = 0; i < rows; ++i) matrix[static_cast<std::size_t>(i * width + first + i)] = 1.0;
  return matrix;
}

Json task_json(const AssociativeRecallClaim& claim) {
  return {{"kind", "associative_recall"},
          {"keys", claim.keys},
          {"values", claim.values},
          {"pairs", claim.pairs},
          {"tokens", recall_layout_name(claim.layout)}};
}

}  // namespace

LinearAttentionWeights recall_attention(const AssociativeRecallClaim& claim) {
  check(claim);
  const bool joint = claim.layout == RecallLayout::kJoint;
  const int64_t token = claim.token_width();
  const int64_t width = joint ? token : 2 * token;
  // Where the current token begins; a key that is stored stands in the token before it.
  const int64_t current = joint ? 0 : token;
  return {.width = width,
          .outputs = claim.values,
          .value_size = claim.values,
          .key_size = claim.keys,
          .heads = {{.value_weights = selector(claim.values, width, current + claim.keys),
                     .key_weights = selector(claim.keys, width, 0),
                     .query_weights = selector(claim.keys, width, current)}}};
}

ModelFile associative_recall_as_gated_rnn(const AssociativeRecallClaim& claim, torch::Dtype dtype) {
  constexpr double kTolerance = 1e-12;
  std::vector<ExactLayer> layers;
  if (claim.layout == RecallLayout::kInterleaved) {
    layers.push_back(one_step_delay_as_gated_rnn(claim.token_width()));
  }
  layers.push_back(linear_attention_as_gated_rnn(basic_memory(recall_attention(claim))));
  return {exact_model(layers, dtype), to_json(claim, kTolerance), task_json(claim)};
}

}  // namespace gril

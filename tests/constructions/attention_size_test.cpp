#include "gril/constructions/attention_size.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <ostream>

#include "gril/constructions/linear_attention_model.h"
#include "gril/constructions/random_linear_attention.h"
#include "gril/models/model_size.h"

namespace gril {

void PrintTo(const GatedRnnSize& size, std::ostream* stream) {
  *stream << size.memory_neurons << " memory, " << size.query_neurons << " query, " << size.gates
          << " gates, " << size.parameters << " parameters";
}

namespace {

/// Counted in the model that is built.
GatedRnnSize built_size(const LinearAttentionWeights& attention, AttentionVariant variant) {
  const ModelFile file = linear_attention_model({attention, variant}, at::kDouble);
  const auto parameters = file.model->named_parameters();
  const int64_t neurons = file.model->initial_state(1).front().numel();
  const auto queries = (parameters["layers.0.eigenvalues"] == 0.0).sum().item<int64_t>();
  const LinearAttentionModelSize claimed = linear_attention_model_size({attention, variant});
  EXPECT_EQ(claimed.memory_neurons, neurons - queries);
  EXPECT_EQ(claimed.query_neurons, queries);
  EXPECT_EQ(claimed.gates, parameters["layers.0.readout"].size(1));
  return {neurons - queries, queries, claimed.gates, model_size(*file.model).parameters};
}

TEST(AttentionSize, FormulasCountTheBuiltModels) {
  for (int64_t d = 1; d <= 8; ++d) {
    const auto one = random_linear_attention({.width = d}, 0);
    EXPECT_EQ(built_size(one, AttentionVariant::kBasic), basic_size(d));
    EXPECT_EQ(built_size(one, AttentionVariant::kSymmetric), symmetric_size(d));
    EXPECT_EQ(built_size(one, AttentionVariant::kSymmetricInverse), symmetric_size(d));
    EXPECT_EQ(built_size(one, AttentionVariant::kLowRank), low_rank_size(d, d, d, d));
    EXPECT_EQ(built_size(one, AttentionVariant::kSideGated), side_gated_size(d));
    EXPECT_EQ(built_size(one, AttentionVariant::kSymmetricSideGated), symmetric_side_gated_size(d));
    const auto three = random_linear_attention({.width = d, .heads = 3}, 0);
    EXPECT_EQ(built_size(three, AttentionVariant::kSymmetric), multi_head_size(d));
    EXPECT_EQ(built_size(three, AttentionVariant::kBasic), memory_per_head_size(d, 3));
  }
}

TEST(AttentionSize, HasThePublishedTable) {
  const struct {
    int64_t width, basic, symmetric, memory, basic_parameters, symmetric_parameters;
  } rows[] = {{1, 2, 2, 1, 15, 15},        {2, 6, 5, 3, 98, 83},        {3, 12, 9, 6, 351, 270},
              {4, 20, 14, 10, 924, 666},   {5, 30, 20, 15, 2015, 1385}, {6, 42, 27, 21, 3870, 2565},
              {8, 72, 44, 36, 11096, 6980}};
  for (const auto& row : rows) {
    EXPECT_EQ(basic_size(row.width).neurons(), row.basic);
    EXPECT_EQ(symmetric_size(row.width).neurons(), row.symmetric);
    EXPECT_EQ(symmetric_size(row.width).memory_neurons, row.memory);
    EXPECT_EQ(basic_size(row.width).parameters, row.basic_parameters);
    EXPECT_EQ(symmetric_size(row.width).parameters, row.symmetric_parameters);
    EXPECT_EQ(parameter_count(random_linear_attention({.width = row.width}, 0)),
              3 * row.width * row.width);
  }
}

}  // namespace
}  // namespace gril

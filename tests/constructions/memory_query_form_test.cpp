#include "gril/constructions/memory_query_form.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include "gril/base/check.h"
#include "gril/constructions/basic_memory.h"
#include "gril/constructions/exact_model.h"
#include "gril/constructions/linear_attention_as_gated_rnn.h"
#include "gril/constructions/random_linear_attention.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

TEST(MemoryQueryForm, NormalisedIsTheSameFunctionWithRowsOfNormOne) {
  LinearAttentionWeights attention = random_linear_attention({.width = 3, .heads = 2}, 1);
  for (double& weight : attention.heads[0].query_weights) weight *= 100.0;
  for (std::size_t i = 0; i < 3; ++i) attention.heads[1].key_weights[i] = 0.0;
  const MemoryQueryForm form = basic_memory(attention);
  const MemoryQueryForm unit = normalised(form);
  EXPECT_NEAR(unit.left.norm(2, 1).min().item<double>(), 1.0, 1e-15);
  EXPECT_NEAR(unit.queries.norm(2, 1).max().item<double>(), 1.0, 1e-15);
  EXPECT_EQ((unit.right.norm(2, 1) == 0.0).sum().item<int64_t>(), 3) << "rows of zeros stay";
  at::manual_seed(0);
  const at::Tensor tokens = at::randn({2, 15, 3}, at::kDouble);
  const auto output = [&](const MemoryQueryForm& f) {
    return exact_model({linear_attention_as_gated_rnn(f)}, at::kDouble)->forward(tokens, {}).output;
  };
  EXPECT_TRUE(testing::agrees("output", output(unit), output(form), 1e-13));
}

TEST(ExactModel, RefusesAnIncompleteLayerAndOtherTypes) {
  ExactLayer layer = linear_attention_as_gated_rnn(basic_memory(random_linear_attention({}, 0)));
  EXPECT_EQ(error_text<InvalidArgument>([&] { exact_model({layer}, at::kHalf); }),
            "[construction] dtype must be float32 or float64; got Half.");
  layer.parameters.pop_back();
  EXPECT_EQ(error_text<InvalidArgument>([&] { exact_model({layer}, at::kDouble); }),
            "[construction] layer 0: every parameter must be given; got none for readout.");
}

}  // namespace
}  // namespace gril

#include "gril/constructions/linear_attention_as_gated_rnn.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "gril/base/check.h"
#include "gril/constructions/certificate.h"
#include "gril/layers/linear_attention.h"
#include "gril/models/model_size.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

TEST(LinearAttentionAsGatedRnn, EqualsTheExplicitSumForEveryWidthAndLength) {
  double worst = 0.0;
  for (const int64_t width : {1, 2, 5, 9}) {
    for (const int64_t length : {1, 2, 63, 257}) {
      const ModelFile file =
          linear_attention_as_gated_rnn(random_linear_attention(width, 3), at::kDouble);
      const Certificate certificate = certify(file, {.trials = 5, .length = length}, "test");
      EXPECT_TRUE(certificate.holds) << to_text(certificate);
      worst = std::max(worst, certificate.max_rel_error);
    }
  }
  RecordProperty("max_rel_error", concatenate(worst));
  EXPECT_LE(worst, 1e-12);
  EXPECT_GT(worst, 0.0);
}

TEST(LinearAttentionAsGatedRnn, HasTheParametersThatThePaperCounts) {
  for (const int64_t d : {1, 2, 3, 6}) {
    const ModelFile file =
        linear_attention_as_gated_rnn(random_linear_attention(d, 0), at::kDouble);
    const ModelSize size = model_size(*file.model);
    EXPECT_EQ(size.parameters, 2 * d * d * d * d + 5 * d * d * d + 5 * d * d + 3 * d);
    EXPECT_EQ(size.state_elements, d * d + d);
  }
}

TEST(LinearAttentionAsGatedRnn, EqualsTheLayerLinearAttention) {
  const LinearAttentionWeights weights = random_linear_attention(4, 8);
  LinearAttention layer({.input_size = 4});
  layer.to(at::kDouble);
  const c10::AutoGradMode no_grad(false);
  auto parameters = layer.named_parameters();
  parameters["value_map"].copy_(at::tensor(weights.value_weights, at::kDouble).view({4, 4}));
  parameters["key_map"].copy_(at::tensor(weights.key_weights, at::kDouble).view({4, 4}));
  parameters["query_map"].copy_(at::tensor(weights.query_weights, at::kDouble).view({4, 4}));
  const at::Tensor input = at::linspace(-1.0, 1.0, 3 * 7 * 4, at::kDouble).view({3, 7, 4});
  const ModelFile file = linear_attention_as_gated_rnn(weights, at::kDouble);
  EXPECT_TRUE(testing::agrees("output", file.model->forward(input, {}).output,
                              layer.forward(input, {}).output, 1e-12));
}

TEST(LinearAttentionAsGatedRnn, RefusesMatricesOfTheWrongSize) {
  LinearAttentionWeights weights = random_linear_attention(2, 0);
  weights.key_weights.pop_back();
  EXPECT_EQ(
      error_text<InvalidArgument>([&] { linear_attention_as_gated_rnn(weights, at::kDouble); }),
      "[linear_attention] weights must hold width * width = 4 numbers; got 3.");
  EXPECT_EQ(error_text<InvalidArgument>([] { random_linear_attention(0, 0); }),
            "[linear_attention] width must be at least 1; got 0.");
}

}  // namespace
}  // namespace gril

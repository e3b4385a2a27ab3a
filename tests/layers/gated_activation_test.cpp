#include "gril/layers/gated_activation.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr int64_t kFeatures = 3;

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double gelu(double x) { return 0.5 * x * (1.0 + std::erf(x / std::sqrt(2.0))); }

/// Row `row` of map · gelu(token) + bias.
double affine_of_gelu(const at::Tensor& map, const at::Tensor& bias, int64_t row,
                      const at::Tensor& token) {
  double sum = bias[row].item<double>();
  for (int64_t j = 0; j < kFeatures; ++j) {
    sum += map[row][j].item<double>() * gelu(token[j].item<double>());
  }
  return sum;
}

/// Feature `i` of a token by the equation of `form`.
double gated(const GatedActivation& layer, int64_t i, const at::Tensor& token) {
  const auto p = layer.named_parameters();
  const double gate = sigmoid(affine_of_gelu(p["gate_map"], p["gate_bias"], i, token));
  const double x = token[i].item<double>();
  if (layer.options().form == "half_glu1") return gelu(x) * gate;
  if (layer.options().form == "half_glu2") return x * gate;
  return affine_of_gelu(p["linear_map"], p["linear_bias"], i, token) * gate;
}

TEST(GatedActivation, EqualsItsEquationInEveryForm) {
  const at::NoGradGuard no_grad;
  for (const char* form : {"half_glu1", "half_glu2", "full_glu"}) {
    GatedActivation layer({.input_size = kFeatures, .form = form});
    layer.to(at::kDouble);
    layer.initialize(5);
    auto p = layer.named_parameters();
    p["gate_bias"].copy_(testing::random_normal({kFeatures}, 1));
    if (p.contains("linear_bias")) p["linear_bias"].copy_(testing::random_normal({kFeatures}, 2));
    const at::Tensor input = testing::random_normal({2, 3, kFeatures}, 3);
    at::Tensor expected = at::empty_like(input);
    for (int64_t i = 0; i < expected.numel(); ++i) {
      expected.view(-1)[i] = gated(layer, i % 3, input[i / 9][i / 3 % 3]);
    }
    EXPECT_TRUE(testing::agrees(form, layer.forward(input, {}).output, expected, 1e-12));
  }
}

TEST(GatedActivation, OnlyTheFullFormHasASecondMap) {
  for (const char* form : {"half_glu1", "half_glu2"}) {
    EXPECT_EQ(GatedActivation({.input_size = 2, .form = form}).parameters().size(), 2U) << form;
  }
  EXPECT_EQ(GatedActivation({.input_size = 2, .form = "full_glu"}).parameters().size(), 4U);
}

TEST(GatedActivation, RefusesOptionsThatItCannotBuild) {
  const auto refusal = [](const GatedActivationOptions& options) {
    return error_text<InvalidArgument>([&] { GatedActivation layer(options); });
  };
  EXPECT_EQ(refusal({}), "[gated_activation] input_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1, .form = "half_glu"}),
            "[gated_activation] form must be one of half_glu1, half_glu2, full_glu; got "
            "\"half_glu\". Did you mean \"half_glu1\"?");
}

}  // namespace
}  // namespace gril

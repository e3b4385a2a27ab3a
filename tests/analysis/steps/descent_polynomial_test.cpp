#include "gril/analysis/steps/descent_polynomial.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/analysis/descent_model.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kExact = 1e-12;

Prompts prompts(int64_t count) { return small_task().sample_prompts(count, 5, torch::kFloat64); }

/// W_K step by step, from the gradient of the loss.
torch::Tensor descended(const Prompts& prompts, const std::vector<double>& sizes) {
  const torch::Tensor& x = prompts.context_inputs;
  torch::Tensor weights =
      at::zeros({x.size(0), prompts.context_targets.size(2), x.size(2)}, at::kDouble);
  for (const double size : sizes) {
    const torch::Tensor errors = at::bmm(x, weights.transpose(1, 2)) - prompts.context_targets;
    weights = weights - size / static_cast<double>(x.size(1)) * at::bmm(errors.transpose(1, 2), x);
  }
  return weights;
}

TEST(DescentPolynomial, EqualsStepsOnTheLoss) {
  const Prompts batch = prompts(7);
  for (const auto& sizes : {std::vector<double>{3.0}, {4.0, 11.5}, {1.0, 2.5, 7.0, 12.0, 0.5}}) {
    const torch::Tensor expected = descended(batch, sizes);
    const DescentPolynomial polynomial = descent_polynomial(sizes);
    EXPECT_TRUE(testing::agrees("W", descent_weights(batch, polynomial), expected, kExact));
    EXPECT_TRUE(testing::agrees("answers", descent_predictions(batch, polynomial),
                                at::bmm(expected, batch.query_inputs.unsqueeze(2)).squeeze(2),
                                kExact));
  }
}

TEST(DescentPolynomial, StepSizesComeBackSorted) {
  const auto found = step_sizes(descent_polynomial({12.0, 1.0, 7.0, 2.5}));
  const std::vector<double> expected = {1.0, 2.5, 7.0, 12.0};
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_NEAR(found[k].real(), expected[k], 1e-10);
    EXPECT_NEAR(found[k].imag(), 0.0, 1e-10);
  }
}

// (1 - (3 + 2i) σ)(1 - (3 - 2i) σ) = 1 - 6 σ + 13 σ²
TEST(DescentPolynomial, PairsOfComplexStepSizesAreFound) {
  const auto found = step_sizes({{6.0, -13.0}});
  EXPECT_NEAR(found[0].real(), 3.0, kExact);
  EXPECT_NEAR(found[0].imag(), -2.0, kExact);
  EXPECT_NEAR(found[1].imag(), 2.0, kExact);
}

TEST(DescentPolynomial, RescaledMultipliesEveryStep) {
  const DescentPolynomial scaled = rescaled(descent_polynomial({2.0, 5.0}), 3.0);
  const DescentPolynomial expected = descent_polynomial({6.0, 15.0});
  for (std::size_t n = 0; n < 2; ++n) {
    EXPECT_NEAR(scaled.coefficients[n], expected.coefficients[n], kExact);
  }
}

}  // namespace
}  // namespace gril

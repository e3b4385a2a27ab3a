#include "gril/analysis/algorithms/free_step_sizes.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <array>

#include "gril/analysis/algorithms/in_context_algorithm.h"
#include "gril/base/error.h"
#include "gril/tasks/in_context/linear_regression.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

/// The setting of the closed forms: 10 inputs, 10 examples, on average over 10 outputs.
Prompts reference_prompts(uint64_t seed, int64_t count) {
  LinearRegressionOptions options;
  options.outputs = 10;
  return LinearRegression(options).sample_prompts(count, seed, torch::kFloat64);
}

/// W ← W − η_k/N Σ (W x − y) xᵀ from zero, then W x_q.
torch::Tensor descent_predictions(const Prompts& batch, const std::vector<double>& rates) {
  const auto examples = static_cast<double>(batch.context_inputs.size(1));
  torch::Tensor weights = at::zeros({batch.targets.size(0), 10, 10}, at::kDouble);
  for (const double rate : rates) {
    const torch::Tensor errors =
        at::bmm(batch.context_inputs, weights.transpose(1, 2)) - batch.context_targets;
    weights = weights - rate / examples * at::bmm(errors.transpose(1, 2), batch.context_inputs);
  }
  return at::bmm(weights, batch.query_inputs.unsqueeze(2)).squeeze(2);
}

double half_squared_error(const torch::Tensor& predictions, const torch::Tensor& targets) {
  return 0.5 * (predictions - targets).square().mean().item<double>();
}

std::vector<double> real_parts(const FreeStepSizes& sizes) {
  std::vector<double> rates;
  for (const std::complex<double>& rate : sizes.learning_rates) rates.push_back(rate.real());
  return rates;
}

// (1 − 2σ)(1 − 3σ)(1 − 5σ) = 1 − (10σ − 31σ² + 30σ³)
TEST(FreeStepSizes, AreTheInverseRootsOfTheirPolynomial) {
  const auto rates = learning_rates_of({10.0, -31.0, 30.0});
  ASSERT_EQ(rates.size(), 3U);
  EXPECT_NEAR(std::abs(rates[0] - 2.0), 0.0, 1e-12);
  EXPECT_NEAR(std::abs(rates[1] - 3.0), 0.0, 1e-12);
  EXPECT_NEAR(std::abs(rates[2] - 5.0), 0.0, 1e-12);
  // (1 − (1+2i)σ)(1 − (1−2i)σ) = 1 − (2σ − 5σ²)
  const auto pair = learning_rates_of({2.0, -5.0});
  EXPECT_NEAR(std::abs(pair[0] - std::complex<double>(1.0, -2.0)), 0.0, 1e-12);
  EXPECT_NEAR(std::abs(pair[1] - std::complex<double>(1.0, 2.0)), 0.0, 1e-12);
}

TEST(FreeStepSizes, AreStepsOfGradientDescent) {
  const Prompts batch = reference_prompts(1, 1000);
  const ContextSpectrum spectrum = context_spectrum(batch);
  const FreeStepSizes sizes = free_step_sizes(2, spectrum, batch.targets);
  const torch::Tensor predictions =
      filtered_predictions(spectrum, polynomial_filter(sizes.coefficients, spectrum.eigenvalues));
  EXPECT_TRUE(testing::agrees("predictions", predictions,
                              descent_predictions(batch, real_parts(sizes)), 1e-10));
}

TEST(FreeStepSizes, NoOtherSizesAreBetter) {
  const Prompts batch = reference_prompts(1, 500);
  const std::vector<double> best =
      real_parts(free_step_sizes(2, context_spectrum(batch), batch.targets));
  const double least = half_squared_error(descent_predictions(batch, best), batch.targets);
  for (const double factor : {0.9, 0.999, 1.001, 1.1}) {
    for (const std::size_t k : {0U, 1U}) {
      std::vector<double> other = best;
      other[k] *= factor;
      EXPECT_GT(half_squared_error(descent_predictions(batch, other), batch.targets), least);
    }
  }
}

TEST(FreeStepSizes, OneStepIsTheTunedOneStep) {
  const Prompts batch = reference_prompts(2, 500);
  const ContextSpectrum spectrum = context_spectrum(batch);
  const FreeStepSizes sizes = free_step_sizes(1, spectrum, batch.targets);
  EXPECT_NEAR(sizes.coefficients[0] / tuned(1, spectrum, batch.targets).parameter, 1.0, 1e-6);
  EXPECT_EQ(sizes.learning_rates[0], sizes.coefficients[0]);
}

// gril.md 9.1: losses of K steps with one rate and with free rates, N = d = 10, and the rates of
// two steps. The standard error over 10000 prompts with 10 outputs is about 0.0015.
TEST(FreeStepSizes, ReachTheLossesOfTheLiterature) {
  const Prompts tuning = reference_prompts(3, 4000);
  const Prompts fresh = reference_prompts(4, 10000);
  const ContextSpectrum tuning_spectrum = context_spectrum(tuning);
  const ContextSpectrum spectrum = context_spectrum(fresh);
  const std::array<double, 5> expected = {0.2062, 0.1413, 0.1101, 0.0916, 0.0793};
  for (int64_t steps = 1; steps <= 5; ++steps) {
    const FreeStepSizes sizes = free_step_sizes(steps, tuning_spectrum, tuning.targets);
    const torch::Tensor predictions =
        filtered_predictions(spectrum, polynomial_filter(sizes.coefficients, spectrum.eigenvalues));
    EXPECT_NEAR(half_squared_error(predictions, fresh.targets),
                expected.at(static_cast<std::size_t>(steps - 1)), 0.005)
        << steps;
  }
  for (const auto& [steps, shared] : {std::pair{1, 0.2062}, {2, 0.1566}, {3, 0.1328}}) {
    EXPECT_NEAR(
        algorithm_loss(tuned(steps, tuning_spectrum, tuning.targets), spectrum, fresh.targets),
        shared, 0.005);
  }
  const FreeStepSizes two = free_step_sizes(2, tuning_spectrum, tuning.targets);
  EXPECT_NEAR(two.learning_rates[0].real(), 4.00, 0.1);
  EXPECT_NEAR(two.learning_rates[1].real(), 11.57, 0.3);
}

TEST(FreeStepSizes, RefuseNoStep) {
  const Prompts batch = reference_prompts(1, 2);
  EXPECT_EQ(error_text<InvalidArgument>(
                [&] { free_step_sizes(0, context_spectrum(batch), batch.targets); }),
            "[free_step_sizes] steps must be at least 1; got 0.");
}

}  // namespace
}  // namespace gril

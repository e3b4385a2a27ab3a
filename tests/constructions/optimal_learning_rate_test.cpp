#include "gril/constructions/optimal_learning_rate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

/// Mean loss and its standard error over random tasks, by the definition.
struct MonteCarlo {
  double loss;
  double standard_error;
};

MonteCarlo simulate(const RegressionLaw& law, double learning_rate, int tasks) {
  std::mt19937_64 generator(20);
  std::uniform_real_distribution<double> uniform(-0.5 * law.input_range, 0.5 * law.input_range);
  std::normal_distribution<double> normal(0.0, law.weight_scale);
  const auto d = static_cast<std::size_t>(law.inputs);
  std::normal_distribution<double> noise(0.0, 1.0);
  const double noise_size = std::sqrt(law.noise_variance);
  const double share = std::sqrt(1.0 - law.input_correlation * law.input_correlation);
  const auto draw = [&](std::vector<double>& x) {
    for (std::size_t c = 0; c < x.size(); ++c) {
      const double fresh = uniform(generator);
      x[c] = c == 0 ? fresh : law.input_correlation * x[c - 1] + share * fresh;
    }
  };
  std::vector<double> weights(d), query(d), input(d);
  double sum = 0.0;
  double squares = 0.0;
  for (int task = 0; task < tasks; ++task) {
    for (double& w : weights) w = normal(generator);
    draw(query);
    double error = noise_size * noise(generator);
    for (std::size_t c = 0; c < d; ++c) error += weights[c] * query[c];
    for (int64_t i = 1; i <= law.examples; ++i) {
      draw(input);
      double target = noise_size * noise(generator);
      double similarity = 0.0;
      for (std::size_t c = 0; c < d; ++c) {
        target += weights[c] * input[c];
        similarity += input[c] * query[c];
      }
      error -= learning_rate / static_cast<double>(law.examples) *
               std::pow(law.decay, static_cast<double>(law.examples - i)) * target * similarity;
    }
    sum += 0.5 * error * error;
    squares += 0.25 * error * error * error * error;
  }
  const double mean = sum / tasks;
  return {mean, std::sqrt((squares / tasks - mean * mean) / tasks)};
}

TEST(OptimalLearningRate, HasThePublishedValues) {
  const struct {
    int64_t examples, inputs;
    double rate, loss;
  } rows[] = {{10, 5, 8.108, 0.06757},   {10, 10, 6.0606, 0.20623}, {10, 20, 4.027, 0.55369},
              {10, 35, 2.679, 1.13281},  {10, 50, 2.007, 1.73495},  {20, 10, 8.054, 0.13703},
              {100, 10, 10.929, 0.03719}};
  for (const auto& row : rows) {
    const RegressionLaw law{.inputs = row.inputs, .examples = row.examples};
    EXPECT_NEAR(optimal_learning_rate(law), row.rate, 6e-4);
    EXPECT_NEAR(expected_one_step_loss(law, optimal_learning_rate(law)), row.loss, 6e-6);
  }
}

TEST(OptimalLearningRate, ExpectedLossEqualsSimulationWithAndWithoutDecay) {
  constexpr int kTasks = 40000;
  for (const double decay : {1.0, 0.8}) {
    const RegressionLaw law{
        .inputs = 4, .examples = 7, .input_range = 2.0, .weight_scale = 1.5, .decay = decay};
    for (const double factor : {0.5, 1.0, 1.3}) {
      const double rate = factor * optimal_learning_rate(law);
      const MonteCarlo measured = simulate(law, rate, kTasks);
      EXPECT_NEAR(measured.loss, expected_one_step_loss(law, rate), 4.0 * measured.standard_error)
          << "decay " << decay << ", factor " << factor;
    }
  }
}

TEST(OptimalLearningRate, ExpectedLossEqualsSimulationWithNoiseAndCorrelation) {
  constexpr int kTasks = 40000;
  for (const double correlation : {0.0, 0.7, -0.9}) {
    const RegressionLaw law{.inputs = 4,
                            .examples = 6,
                            .input_range = 3.0,
                            .weight_scale = 1.5,
                            .decay = 0.9,
                            .noise_variance = 0.8,
                            .input_correlation = correlation};
    for (const double factor : {0.0, 1.0, 1.5}) {
      const double rate = factor * optimal_learning_rate(law);
      const MonteCarlo measured = simulate(law, rate, kTasks);
      EXPECT_NEAR(measured.loss, expected_one_step_loss(law, rate), 4.0 * measured.standard_error)
          << "correlation " << correlation << ", factor " << factor;
    }
  }
}

TEST(OptimalLearningRate, IsTheMinimum) {
  const RegressionLaw law{.inputs = 3, .examples = 20, .decay = 0.7};
  const double best = optimal_learning_rate(law);
  const double loss = expected_one_step_loss(law, best);
  EXPECT_GT(expected_one_step_loss(law, best * 1.001), loss);
  EXPECT_GT(expected_one_step_loss(law, best * 0.999), loss);
}

TEST(OptimalLearningRate, RefusesImpossibleLaws) {
  const auto refusal = [](const RegressionLaw& law) {
    return error_text<InvalidArgument>([&] { optimal_learning_rate(law); });
  };
  EXPECT_EQ(refusal({.inputs = 0}),
            "[learning_rate] inputs and examples must be at least 1; got 0 and 1.");
  EXPECT_EQ(refusal({.input_range = 0.0}),
            "[learning_rate] input_range and weight_scale must be positive; got 0 and 1.");
  EXPECT_EQ(refusal({.noise_variance = -1.0}),
            "[learning_rate] noise_variance must be at least 0; got -1.");
  EXPECT_EQ(refusal({.input_correlation = 1.0}),
            "[learning_rate] input_correlation must be above -1 and below 1; got 1.");
  EXPECT_EQ(refusal({.decay = 0.0}), "[learning_rate] decay must lie in (0, 1]; got 0.");
}

}  // namespace
}  // namespace gril

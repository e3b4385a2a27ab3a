#include "gril/tasks/in_context/sine_regression.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "gril/base/error.h"
#include "gril/base/token_layout.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 20241015;
constexpr int64_t kPrompts = 200000;

/// Half squared error of the prediction 0 and its standard error over prompts.
struct NullLoss {
  double mean;
  double error;
};

NullLoss null_loss(const SineRegressionOptions& options) {
  const Prompts batch = SineRegression(options).sample_prompts(kPrompts, kSeed, at::kDouble);
  const torch::Tensor losses = 0.5 * batch.targets.square();
  return {losses.mean().item<double>(),
          losses.std().item<double>() / std::sqrt(static_cast<double>(kPrompts))};
}

SineRegressionOptions with(double input_range, SinePhase phase) {
  SineRegressionOptions options;
  options.examples = 1;
  options.input_range = input_range;
  options.phase = phase;
  return options;
}

TEST(SineRegression, NullLossesEqualTheirClosedForms) {
  // ½ E a² sin²(x + φ); for one draw u, 2φ = 2πu and E a² cos 2φ = ∫ (0.1 + 0.4 u)² cos 2πu du =
  // 0.16 / (2π²).
  const double squared_size = 0.31 / 3;
  const double pi = std::numbers::pi;
  const auto correlated = [&](double r) {
    return 0.25 * (squared_size - 0.08 / (pi * pi) * std::sin(r) / r);
  };
  EXPECT_NEAR(correlated(1), 0.02415, 5e-5);
  EXPECT_NEAR(correlated(10), 0.02596, 5e-5);
  EXPECT_NEAR(0.25 * squared_size, 0.02583, 5e-6);
  for (const double range : {1.0, 10.0}) {
    const NullLoss independent = null_loss(with(range, SinePhase::kIndependent));
    EXPECT_NEAR(independent.mean, 0.25 * squared_size, 4 * independent.error);
    const NullLoss equal = null_loss(with(range, SinePhase::kCorrelated));
    EXPECT_NEAR(equal.mean, correlated(range), 4 * equal.error);
    EXPECT_LT(equal.error, 1e-4);
  }
}

/// The amplitude and the phase, in [0, π), that give the labels of a prompt: y = A sin x + B cos x
/// by least squares, A = a cos φ, B = a sin φ.
struct Sine {
  double size;
  double phase;
};

Sine sine_of(const Prompts& batch, int64_t row) {
  const torch::Tensor x = batch.context_inputs[row].squeeze(1);
  const torch::Tensor waves = at::stack({x.sin(), x.cos()}, 1);
  const torch::Tensor fit = at::linalg_pinv(waves).matmul(batch.context_targets[row]).squeeze(1);
  const double a = fit[0].item<double>();
  const double b = fit[1].item<double>();
  return {std::hypot(a, b), std::atan2(b, a)};
}

TEST(SineRegression, EveryPromptHasOneSineForContextAndQuery) {
  for (const SinePhase phase : {SinePhase::kIndependent, SinePhase::kCorrelated}) {
    const Prompts batch = SineRegression({.phase = phase}).sample_prompts(300, kSeed, at::kDouble);
    double largest_gap = 0;
    for (int64_t row = 0; row < 300; ++row) {
      const Sine sine = sine_of(batch, row);
      ASSERT_TRUE(sine.size >= 0.1 - 1e-9 && sine.size < 0.5);
      ASSERT_TRUE(sine.phase > -1e-6 && sine.phase < std::numbers::pi);
      const double x = batch.query_inputs[row].item<double>();
      ASSERT_NEAR(sine.size * std::sin(x + sine.phase), batch.targets[row].item<double>(), 1e-9);
      const double gap = (sine.size - 0.1) / 0.4 - sine.phase / std::numbers::pi;
      largest_gap = std::max(largest_gap, std::abs(gap));
    }
    if (phase == SinePhase::kCorrelated) {
      EXPECT_LT(largest_gap, 1e-6);
    } else {
      EXPECT_GT(largest_gap, 0.5);
    }
  }
}

TEST(SineRegression, ScaleMultipliesAmplitudeAndPhase) {
  SineRegressionOptions options;
  options.input_range = 1.0;
  const Prompts plain = SineRegression(options).sample_prompts(50, kSeed, at::kDouble);
  options.scale = 0.5;
  const Prompts half = SineRegression(options).sample_prompts(50, kSeed, at::kDouble);
  for (int64_t row = 0; row < 50; ++row) {
    const Sine one = sine_of(plain, row);
    const Sine other = sine_of(half, row);
    EXPECT_NEAR(other.size, 0.5 * one.size, 1e-6);
    EXPECT_NEAR(other.phase, 0.5 * one.phase, 1e-6);
  }
}

TEST(SineRegression, FitsEveryLayout) {
  for (const std::string& name : token_layout_names()) {
    SineRegressionOptions options;
    options.examples = 4;
    options.layout = token_layout_from_name(name);
    const SineRegression task(options);
    const Prompts batch = task.sample_prompts(2, kSeed, at::kFloat);
    EXPECT_EQ(batch.tokens.size(1), token_count(options.layout, 4)) << name;
    EXPECT_EQ(batch.tokens.size(2), task.token_width()) << name;
  }
}

template <typename Change>
std::string message_for(const Change& change) {
  SineRegressionOptions options;
  change(options);
  return error_text<InvalidArgument>([&] { SineRegression{options}; });
}

TEST(SineRegression, RefusesValuesOutsideTheirRule) {
  EXPECT_EQ(message_for([](auto& o) { o.examples = 0; }),
            "[sine_regression] examples must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.input_range = -1; }),
            "[sine_regression] input_range must lie in [1e-09, 1e+09], so that float32 holds the "
            "numbers; got "
            "-1.");
  EXPECT_EQ(message_for([](auto& o) { o.scale = 0; }),
            "[sine_regression] scale must lie in [1e-09, 1e+09], so that float32 holds the "
            "numbers; got 0.");
}

}  // namespace
}  // namespace gril

#include <gtest/gtest.h>

#include "gril/analysis/context_length_sweep.h"
#include "gril/analysis/furthest_ratio.h"
#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/analysis/out_of_distribution_sweep.h"
#include "tests/analysis/descent_model.h"

namespace gril {
namespace {

TEST(ContextLengths, CoverTheTrainedLengthAndReachTheLongest) {
  EXPECT_EQ(context_lengths(1, 4, 8), (std::vector<int64_t>{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(context_lengths(3, 4, 8), (std::vector<int64_t>{3, 4, 5, 6, 7, 8}));
  const std::vector<int64_t> lengths = context_lengths(1, 100, 300);
  EXPECT_EQ(lengths.front(), 1);
  EXPECT_EQ(lengths.back(), 300);
  EXPECT_EQ(std::count(lengths.begin(), lengths.end(), 100), 1);
  EXPECT_TRUE(std::is_sorted(lengths.begin(), lengths.end()));
  EXPECT_LT(lengths.size(), 35U);
}

// The construction takes the same step per example at every length, the tuned baseline does not.
TEST(ContextLengthSweep, ConstructionTakesTheSameStepPerExample) {
  const LinearRegression task = small_task();
  ContextLengthOptions options;
  options.examples = {1, 3, 6, 12};
  options.trained_examples = 6;
  options.learning_rate = 5.0;
  options.sample = {.prompts = 200, .seed = 1, .name = "context length"};
  options.tuning = {.prompts = 200, .seed = 1, .name = "context length tuning"};
  options.bootstrap.samples = 20;
  const auto points = sweep_context_length(*descent_model(task, 5.0), task, options);
  ASSERT_EQ(points.size(), 4U);
  for (const ContextLengthPoint& point : points) {
    EXPECT_NEAR(point.model.value, point.same_step, 1e-12) << point.examples;
    EXPECT_LE(point.model.low, point.model.value);
    EXPECT_GE(point.model.high, point.model.value);
  }
  EXPECT_LT(points[3].gradient_descent.value, points[3].model.value);
  EXPECT_LT(points[3].least_squares, 1e-8) << "12 examples determine 4 weights";
}

TEST(ShiftSweep, ConstructionFollowsGradientDescentEverywhere) {
  const LinearRegression task = small_task();
  for (const Shift shift : {Shift::kInputRange, Shift::kWeightScale, Shift::kInputCorrelation,
                            Shift::kHeavyTailedNoise}) {
    ShiftOptions options;
    options.shift = shift;
    options.settings = equally_spaced(0.3, 0.9, 3);
    options.descent = {{5.0}};
    options.sample = {.prompts = 100, .seed = 1};
    options.bootstrap.samples = 20;
    for (const ShiftPoint& point : sweep_shift(*descent_model(task, 5.0), task, options)) {
      EXPECT_NEAR(point.ratio.value, 1.0, 1e-12);
      EXPECT_NEAR(point.sensitivity_cosine, 1.0, 1e-12);
      EXPECT_NEAR(point.prediction_distance, 0.0, 1e-12);
    }
  }
}

// L(r, η) of the closed form, at a rate that was tuned for r = 1.
TEST(ShiftSweep, LossFollowsTheClosedFormAtAFixedRate) {
  const LinearRegression task = small_task();
  const double rate = expected_loss_parabola(task.options()).best_learning_rate();
  ShiftOptions options;
  options.settings = {0.5, 1.5};
  options.descent = {{rate}};
  options.sample = {.prompts = 4000, .seed = 1};
  options.bootstrap.samples = 20;
  for (const ShiftPoint& point : sweep_shift(*descent_model(task, rate), task, options)) {
    const double expected =
        expected_loss_parabola(with_input_range(task, point.setting).options()).loss(rate);
    EXPECT_NEAR(point.model.value, expected, 0.05 * expected) << point.setting;
  }
}

// The prediction 0 loses ½ (var y + z² var ε): Student's t with ν degrees of freedom has the
// variance ν / (ν - 2).
TEST(ShiftSweep, HeavyTailedNoiseHasItsVariance) {
  LinearRegressionOptions law = small_task().options();
  law.noise_degrees = 8.0;
  const LinearRegression task(law);
  ShiftOptions options;
  options.shift = Shift::kHeavyTailedNoise;
  options.settings = {0.0, 1.5};
  options.descent = {{0.0}};
  options.sample = {.prompts = 4000, .seed = 1};
  options.bootstrap.samples = 20;
  const auto points = sweep_shift(*descent_model(task, 1e-12), task, options);
  const double added = points[1].model.value - points[0].model.value;
  EXPECT_NEAR(added, 0.5 * 1.5 * 1.5 * 8.0 / 6.0, 0.08);
}

// Correlated inputs have one large eigenvalue, for which the rate of independent ones is too high.
TEST(ShiftSweep, CorrelationMakesTheRateTooHigh) {
  const LinearRegression task = small_task();
  const double rate = expected_loss_parabola(task.options()).best_learning_rate();
  ShiftOptions options;
  options.shift = Shift::kInputCorrelation;
  options.settings = {0.0, 0.9};
  options.descent = {{rate}};
  options.sample = {.prompts = 1000, .seed = 1};
  options.bootstrap.samples = 20;
  const auto points = sweep_shift(*descent_model(task, rate), task, options);
  EXPECT_NEAR(points[0].model.value, expected_loss_parabola(task.options()).loss(rate),
              0.1 * points[0].model.value);
  EXPECT_GT(points[1].model.low, points[0].model.high);
}

TEST(FurthestRatio, IsFurthestFromOneOnEitherSide) {
  EXPECT_EQ(furthest_ratio({1.1, 0.8, 1.05}), 0.8);
  EXPECT_EQ(furthest_ratio({0.95, 1.1}), 1.1);
  EXPECT_EQ(furthest_ratio({}), 1.0);
}

TEST(EquallySpaced, IncludesBothEnds) {
  EXPECT_EQ(equally_spaced(0.5, 2.0, 4), (std::vector<double>{0.5, 1.0, 1.5, 2.0}));
}

}  // namespace
}  // namespace gril

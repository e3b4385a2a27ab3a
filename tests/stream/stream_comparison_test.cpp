#include "gril/stream/stream_comparison.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "gril/base/error.h"
#include "gril/stream/stream_summary.h"
#include "tests/stream/model_file.h"
#include "tests/support/error_text.h"

namespace gril::test {
namespace {

using stream::ComparisonOptions;
using stream::InContextRegressor;
using stream::kMethods;
using stream::StreamComparison;
using stream::StreamSummary;

constexpr std::size_t kLeastSquares = 1;
constexpr std::size_t kUnforgetting = 2;
constexpr std::size_t kSlidingWindow = 4;
constexpr std::size_t kMean = 6;

const std::vector<std::string> feature_names = {"a", "b"};

InContextRegressor descent(int64_t inputs, double rate = 0.3, double decay = 0.99) {
  const TemporaryFile file("model.safetensors");
  write_safetensors(file.path(), descent_model(inputs, rate * (1.0 - decay), decay));
  return InContextRegressor(file.path());
}

struct TableRow {
  std::vector<double> features;
  double target;
};

/// y = 100 + 20 a - 5 b + noise, the features in units of their own.
std::vector<TableRow> noisy_rows(int count, uint64_t seed = 1) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<TableRow> rows;
  for (int i = 0; i < count; ++i) {
    const double a = normal(generator);
    const double b = normal(generator);
    rows.push_back({{1e4 + 1e3 * a, 1e-3 * b}, 100.0 + 20.0 * a - 5.0 * b + normal(generator)});
  }
  return rows;
}

std::vector<std::array<double, kMethods>> run(StreamComparison& comparison,
                                              const std::vector<TableRow>& rows) {
  std::vector<std::array<double, kMethods>> predictions;
  for (const TableRow& row : rows) {
    if (comparison.predict(row.features)) predictions.push_back(comparison.predictions());
    comparison.observe(row.target);
  }
  return predictions;
}

TEST(StreamComparison, NoPredictionDependsOnItsTargetOrLaterRows) {
  auto rows = noisy_rows(200);
  StreamComparison first(descent(3), feature_names, {});
  const auto expected = run(first, rows);
  for (std::size_t i = 120; i < rows.size(); ++i) rows[i].target *= -3.0;
  rows.back().features = {0.0, 0.0};
  StreamComparison second(descent(3), feature_names, {});
  const auto changed = run(second, rows);
  ASSERT_EQ(expected.size(), 170U);
  for (std::size_t i = 0; i <= 120 - 30; ++i) EXPECT_EQ(expected[i], changed[i]);
  EXPECT_NE(expected[121 - 30], changed[121 - 30]);
}

TEST(StreamComparison, UnitsOfTheColumnsDoNotMatterWhenStandardised) {
  const auto rows = noisy_rows(300);
  auto scaled = rows;
  for (TableRow& row : scaled) {
    row.features[0] = 7.0 - 1e-3 * row.features[0];
    row.target = 0.01 * row.target - 5.0;
  }
  StreamComparison first(descent(3), feature_names, {});
  StreamComparison second(descent(3), feature_names, {});
  const auto expected = run(first, rows);
  const auto predictions = run(second, scaled);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    for (std::size_t m = 0; m < kMethods; ++m) {
      EXPECT_NEAR(predictions[i][m], 0.01 * expected[i][m] - 5.0, 1e-8) << i << ' ' << m;
    }
  }
}

double second_half_error(const StreamComparison& comparison, std::size_t method) {
  const stream::ErrorCurve& errors = comparison.errors();
  const stream::ErrorCurve::Point half = errors.at(0.5, method);
  const double first_sum = half.mean * static_cast<double>(half.rows);
  return (errors.sum(method) - first_sum) / static_cast<double>(errors.rows() - half.rows);
}

TEST(StreamComparison, LeastSquaresFindTheLawAndTheModelBeatsTheMean) {
  StreamComparison comparison(descent(3), feature_names, {});
  run(comparison, noisy_rows(3000));
  const StreamSummary summary = summarise(comparison);
  const auto& methods = summary.methods;
  EXPECT_EQ(summary.scored_rows, 2970);
  EXPECT_EQ(summary.warm_up_rows, 30);
  // In the second half only the noise is left, of variance 1; the target's is 426.
  EXPECT_NEAR(second_half_error(comparison, kLeastSquares), 1.0, 0.1);
  EXPECT_NEAR(second_half_error(comparison, kUnforgetting), 1.0, 0.1);
  EXPECT_NEAR(second_half_error(comparison, kSlidingWindow), 1.0, 0.1);
  EXPECT_NEAR(methods[kMean].mean_squared_error, 426.0, 60.0);
  EXPECT_NEAR(methods[kMean].standardised_mean_squared_error, 1.0, 0.05);
  EXPECT_EQ(methods[kMean].unexplained, 1.0);
  EXPECT_LT(methods[0].unexplained, 0.7);
  EXPECT_EQ(methods[kMean].rank, 7);
  EXPECT_EQ(methods[0].rank, 6);
}

TEST(StreamComparison, OnlyLeastSquaresThatForgetFollowsALawThatTurns) {
  auto rows = noisy_rows(4000);
  for (std::size_t i = 2000; i < rows.size(); ++i) rows[i].target = 200.0 - rows[i].target;
  ComparisonOptions options;
  options.rivals.recursive_least_squares.forgetting = 0.98;
  StreamComparison comparison(descent(3), feature_names, options);
  run(comparison, rows);
  EXPECT_LT(second_half_error(comparison, kLeastSquares), 50.0);
  EXPECT_GT(second_half_error(comparison, kUnforgetting), 400.0);
}

TEST(StreamComparison, RunningMeanSeesEveryRow) {
  StreamComparison comparison(descent(3), feature_names, {});
  const auto rows = noisy_rows(32);
  const auto predictions = run(comparison, rows);
  double sum = 0.0;
  for (int i = 0; i < 30; ++i) sum += rows[static_cast<std::size_t>(i)].target;
  EXPECT_NEAR(predictions.front()[kMean], sum / 30.0, 1e-12);
}

TEST(StreamComparison, WarmUpLastsUntilTheTargetVaries) {
  StreamComparison comparison(descent(3), feature_names, {.warm_up = 5});
  auto rows = noisy_rows(20);
  for (int i = 0; i < 9; ++i) rows[static_cast<std::size_t>(i)].target = 1.0;
  EXPECT_EQ(run(comparison, rows).size(), 10U);
  EXPECT_EQ(comparison.warm_up_rows(), 10);
}

TEST(StreamComparison, RawColumnsAndNoInterceptReachTheMethodsAsTheyAre) {
  ComparisonOptions options;
  options.standardise = false;
  options.intercept = false;
  options.warm_up = 0;
  StreamComparison comparison(descent(2, 1.0, 0.5), feature_names, options);
  const std::vector<TableRow> rows = {
      {{0.0, 0.0}, 1.0}, {{1.0, 2.0}, 3.0}, {{4.0, 5.0}, 0.0}, {{2.0, -1.0}, 0.0}};
  const auto predictions = run(comparison, rows);
  // Without statistics there is nothing to wait for: every row counts.
  ASSERT_EQ(predictions.size(), 4U);
  EXPECT_EQ(predictions[1][0], 0.0);
  EXPECT_EQ(predictions[2][0], 0.5 * 3.0 * (1.0 * 4.0 + 2.0 * 5.0));
  EXPECT_EQ(predictions[3][0], 0.0);
  // A standardised error needs a deviation, which two targets have.
  EXPECT_EQ(comparison.standardised_errors().rows(), 2);
}

std::string comparison_error(InContextRegressor model, const ComparisonOptions& options) {
  return error_text<InvalidArgument>(
      [&] { StreamComparison comparison(std::move(model), feature_names, options); });
}

TEST(StreamComparison, ModelMustFitTheColumns) {
  EXPECT_EQ(comparison_error(descent(8), {}),
            "[stream] model expects 8 inputs; got 2 feature columns (a, b) and the intercept. "
            "Construct one with: gril construct gradient-descent --inputs 3 --outputs 1 --layout "
            "windowed -o MODEL.");
  ComparisonOptions options;
  options.intercept = false;
  EXPECT_EQ(comparison_error(descent(3), options),
            "[stream] model expects 3 inputs; got 2 feature columns (a, b). Construct one with: "
            "gril construct gradient-descent --inputs 2 --outputs 1 --layout windowed -o MODEL.");
}

TEST(StreamComparison, TooManyFeaturesAndNegativeWarmUpAreRefused) {
  const std::vector<std::string> many(256, "x");
  EXPECT_EQ(error_text<InvalidArgument>([&] { StreamComparison too_many(descent(3), many, {}); }),
            "[stream] the rivals must have at most 256 features, the intercept included; got 257. "
            "Choose some with --features.");
  EXPECT_EQ(comparison_error(descent(3), {.warm_up = -1}),
            "[stream] --warm-up must not be negative; got -1. Use 0 to score from the first row "
            "that can be.");
}

TEST(StreamComparison, ModelWithSeveralOutputsIsRefused) {
  std::mt19937_64 generator(1);
  LayerSpec spec;
  spec.input_size = 5;
  spec.output_size = 2;
  const TemporaryFile file("model.safetensors");
  write_safetensors(file.path(), model_file({{spec, random_tensors(spec, generator)}},
                                            regression_task("pairs", 3, 2)));
  EXPECT_EQ(comparison_error(InContextRegressor(file.path()), {}),
            "[stream] the model must predict 1 target; got 2 outputs. Construct one with --outputs "
            "1.");
}

TEST(StreamComparison, PredictionThatIsNotFiniteStopsTheStream) {
  ComparisonOptions options;
  options.standardise = false;
  options.warm_up = 0;
  StreamComparison comparison(descent(3, 1e300, 0.5), feature_names, options);
  EXPECT_EQ(
      error_text<InvalidArgument>([&] {
        run(comparison,
            {{{1e50, 1.0}, 1.0}, {{1e50, 1.0}, 2e50}, {{1e50, 1.0}, 3e50}, {{1e50, 1.0}, 3e50}});
      }),
      "[stream] the model's prediction must be finite; got another after 1 rows. Use a model "
      "with a smaller learning rate, or standardise the columns.");
}

TEST(StreamSummary, WithoutScoredRowsIsRefused) {
  StreamComparison comparison(descent(3), feature_names, {});
  run(comparison, noisy_rows(30));
  EXPECT_EQ(error_text<InvalidArgument>([&] { require_scored(comparison); }),
            "[stream] --warm-up must leave rows to score and the target must vary; got 30 rows, "
            "all of them warm-up. Give a longer table or a smaller --warm-up.");
}

TEST(StreamSummary, JsonHoldsEveryNumberOfTheText) {
  StreamComparison comparison(descent(3), feature_names, {});
  run(comparison, noisy_rows(500));
  StreamSummary summary = summarise(comparison);
  summary.table = "t.csv";
  summary.target = "y";
  summary.features = feature_names;
  const Json json = to_json(summary);
  EXPECT_EQ(json["scored_rows"], 470);
  EXPECT_EQ(json["methods"].size(), kMethods);
  EXPECT_EQ(json["methods"][0]["name"], "gril");
  EXPECT_EQ(json["methods"][0]["running"].size(), 10U);
  EXPECT_EQ(json["methods"][0]["running"][0]["rows"], 47);
  EXPECT_EQ(json["methods"][0]["running"][9]["mean_squared_error"],
            json["methods"][0]["mean_squared_error"]);
  const std::string best = json["best"];
  EXPECT_TRUE(best == "recursive_least_squares" || best == "sliding_window_least_squares") << best;
  EXPECT_GT(json["latency_nanoseconds"]["median"], 0);
  const std::string text = to_text(summary);
  EXPECT_NE(text.find("t.csv: 470 rows predicted before their target \"y\" was shown (2 features "
                      "and the intercept; 30 warm-up rows, 0 skipped)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("and is number 6 of 7."), std::string::npos) << text;
}

}  // namespace
}  // namespace gril::test

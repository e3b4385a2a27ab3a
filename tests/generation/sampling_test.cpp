#include "gril/generation/sampling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

using Numbers = std::vector<double>;

/// Probabilities 0.1, 0.4, 0.2, 0.3.
Numbers logits() { return {std::log(0.1), std::log(0.4), std::log(0.2), std::log(0.3)}; }

void expect_near(const Numbers& actual, const Numbers& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-12) << i;
}

TEST(Sampling, WithoutOptionsItIsTheModelsDistribution) {
  expect_near(symbol_probabilities(logits(), {}), {0.1, 0.4, 0.2, 0.3});
}

TEST(Sampling, TemperatureRaisesProbabilitiesToItsInverse) {
  // Squares 0.01, 0.16, 0.04, 0.09 over their sum 0.3.
  expect_near(symbol_probabilities(logits(), {.temperature = 0.5}),
              {0.01 / 0.3, 0.16 / 0.3, 0.04 / 0.3, 0.09 / 0.3});
  expect_near(symbol_probabilities(logits(), {.temperature = 1e-300}), {0, 1, 0, 0});
  expect_near(symbol_probabilities(Numbers{1e300, 0, 1e300}, {}), {0.5, 0, 0.5});
}

TEST(Sampling, TemperatureZeroTakesTheLargestOutput) {
  expect_near(symbol_probabilities(logits(), {.temperature = 0}), {0, 1, 0, 0});
  expect_near(symbol_probabilities(Numbers{0, 2, 2}, {.temperature = 0}), {0, 1, 0});
}

TEST(Sampling, TopKKeepsTheMostProbableSymbols) {
  expect_near(symbol_probabilities(logits(), {.top_k = 2}), {0, 0.4 / 0.7, 0, 0.3 / 0.7});
  expect_near(symbol_probabilities(logits(), {.top_k = 9}), {0.1, 0.4, 0.2, 0.3});
  expect_near(symbol_probabilities(Numbers{1, 1, 1}, {.top_k = 2}), {0.5, 0.5, 0});
}

TEST(Sampling, TopPKeepsTheFewestSymbolsOfThatShare) {
  expect_near(symbol_probabilities(logits(), {.top_p = 0.39}), {0, 1, 0, 0});
  expect_near(symbol_probabilities(logits(), {.top_p = 0.41}), {0, 0.4 / 0.7, 0, 0.3 / 0.7});
  expect_near(symbol_probabilities(logits(), {.top_p = 0.95}), {0.1, 0.4, 0.2, 0.3});
  expect_near(symbol_probabilities(logits(), {.top_p = 1e-9}), {0, 1, 0, 0});
}

TEST(Sampling, TopPIsTheShareOfWhatTopKLeft) {
  // Of 0.4, 0.3, 0.2 the first two have 7/9 of the share.
  expect_near(symbol_probabilities(logits(), {.top_k = 3, .top_p = 0.7}),
              {0, 0.4 / 0.7, 0, 0.3 / 0.7});
  expect_near(symbol_probabilities(logits(), {.top_k = 3, .top_p = 0.8}),
              {0, 0.4 / 0.9, 0.2 / 0.9, 0.3 / 0.9});
  // The temperature comes first: squares 0.16 and 0.09 have 25/30 of the share.
  expect_near(symbol_probabilities(logits(), {.temperature = 0.5, .top_p = 0.8}),
              {0, 0.16 / 0.25, 0, 0.09 / 0.25});
}

TEST(Sampling, ASymbolHasTheIntervalOfItsProbability) {
  const Numbers probabilities = {0, 0.25, 0, 0.75, 0};
  EXPECT_EQ(symbol_at(probabilities, 0.0), 1);
  EXPECT_EQ(symbol_at(probabilities, 0.2499), 1);
  EXPECT_EQ(symbol_at(probabilities, 0.25), 3);
  EXPECT_EQ(symbol_at(probabilities, 0.9999), 3);
  EXPECT_EQ(symbol_at(Numbers{0.5, 0.4999, 0}, 0.99995), 1);  // a sum that rounding left below u
}

TEST(Sampling, RefusesWhatIsNoDistribution) {
  const auto refusal = [](const SamplingOptions& options) {
    return error_text<InvalidArgument>([&] { check_sampling(options); });
  };
  EXPECT_EQ(refusal({.temperature = -1}), "[generate] temperature must be at least 0; got -1.");
  EXPECT_EQ(refusal({.temperature = std::numeric_limits<double>::infinity()}),
            "[generate] temperature must be at least 0; got inf.");
  EXPECT_EQ(refusal({.top_k = -1}),
            "[generate] top-k must be at least 1, or 0 for all symbols; got -1.");
  EXPECT_EQ(refusal({.top_p = 0}), "[generate] top-p must be above 0 and at most 1; got 0.");
  EXPECT_EQ(refusal({.top_p = 1.5}), "[generate] top-p must be above 0 and at most 1; got 1.5.");
  EXPECT_EQ(
      error_text<InvalidArgument>([] {
        symbol_probabilities(Numbers{0, std::numeric_limits<double>::quiet_NaN()}, {});
      }),
      "[generate] the outputs of the model must be finite; got nan. Was its training stable?");
}

}  // namespace
}  // namespace gril

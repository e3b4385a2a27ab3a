#include "gril/constructions/chebyshev_learning_rates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr double kLowest = 0.02;
constexpr double kHighest = 3.0;

double remaining_error(const std::vector<double>& rates, double eigenvalue) {
  double product = 1.0;
  for (const double rate : rates) product *= 1.0 - rate * eigenvalue;
  return product;
}

double largest_error(const std::vector<double>& rates, double lowest, double highest) {
  constexpr int kPoints = 4000;
  double largest = 0.0;
  for (int i = 0; i <= kPoints; ++i) {
    const double eigenvalue = lowest + (highest - lowest) * i / kPoints;
    largest = std::max(largest, std::abs(remaining_error(rates, eigenvalue)));
  }
  return largest;
}

TEST(ChebyshevLearningRates, MeetTheirBoundAndNoOthersDo) {
  for (const int64_t steps : {1, 2, 3, 8, 25, 64}) {
    std::vector<double> rates = chebyshev_learning_rates(steps, kLowest, kHighest);
    const double bound = chebyshev_bound(steps, kLowest, kHighest);
    ASSERT_EQ(rates.size(), static_cast<std::size_t>(steps));
    EXPECT_NEAR(largest_error(rates, kLowest, kHighest), bound, 1e-9 * bound) << steps;
    for (double& rate : rates) {
      for (const double factor : {0.97, 1.03}) {
        const double kept = rate;
        rate *= factor;
        EXPECT_GT(largest_error(rates, kLowest, kHighest), bound) << steps << ' ' << kept;
        rate = kept;
      }
    }
  }
}

TEST(ChebyshevLearningRates, LeaveSmallEigenvaluesAloneAndNeverMakeThingsWorse) {
  const std::vector<double> rates = chebyshev_learning_rates(12, kLowest, kHighest);
  EXPECT_LE(largest_error(rates, 0.0, kHighest), 1.0);
  double before = 1.0;
  for (int i = 1; i <= 100; ++i) {
    const double error = remaining_error(rates, kLowest * i / 100.0);
    EXPECT_LT(error, before);
    before = error;
  }
}

TEST(ChebyshevLearningRates, PartialProductsStaySmall) {
  const int64_t steps = 200;
  std::vector<double> rates = chebyshev_learning_rates(steps, 1e-3, 1.0);
  const auto largest_partial = [](const std::vector<double>& order) {
    double largest = 0.0;
    for (std::size_t count = 1; count <= order.size(); ++count) {
      const std::vector<double> first(order.begin(),
                                      order.begin() + static_cast<std::ptrdiff_t>(count));
      largest = std::max(largest, largest_error(first, 0.0, 1.0));
    }
    return largest;
  };
  EXPECT_LT(largest_partial(rates), 1e3);
  std::sort(rates.begin(), rates.end(), std::greater<>());
  EXPECT_GT(largest_partial(rates), 1e12) << "the order does not matter here";
}

TEST(ChebyshevLearningRates, OneStepAndOneEigenvalueAreTheClosedForms) {
  EXPECT_DOUBLE_EQ(chebyshev_learning_rates(1, 1.0, 3.0).front(), 0.5);  // 2 / (LO + HI)
  EXPECT_DOUBLE_EQ(chebyshev_bound(1, 1.0, 3.0), 0.5);                   // (HI - LO) / (HI + LO)
  EXPECT_EQ(chebyshev_learning_rates(3, 2.0, 2.0), (std::vector<double>{0.5, 0.5, 0.5}));
  EXPECT_EQ(chebyshev_bound(3, 2.0, 2.0), 0.0);
}

TEST(ChebyshevLearningRates, RefuseASpectrumOrStepsThatAreNone) {
  const auto refusal = [](int64_t steps, double lowest, double highest) {
    return error_text<InvalidArgument>([&] { chebyshev_learning_rates(steps, lowest, highest); });
  };
  EXPECT_EQ(refusal(0, 1.0, 2.0), "[learning_rate] Chebyshev steps must be at least 1; got 0.");
  EXPECT_EQ(refusal(2, 0.0, 2.0),
            "[learning_rate] Chebyshev steps need a spectrum 0 < LO <= HI; got 0 and 2.");
  EXPECT_EQ(refusal(2, 3.0, 2.0),
            "[learning_rate] Chebyshev steps need a spectrum 0 < LO <= HI; got 3 and 2.");
}

}  // namespace
}  // namespace gril

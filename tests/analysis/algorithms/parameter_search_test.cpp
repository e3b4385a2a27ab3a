#include "gril/analysis/algorithms/parameter_search.h"

#include <gtest/gtest.h>

#include <cmath>

namespace gril {
namespace {

double distance(double parameter, double best) {
  const double logarithm = std::log(parameter / best);
  return logarithm * logarithm;
}

TEST(ParameterSearch, FindsTheMinimumToItsTolerance) {
  for (const double best : {0.011, 0.5, 3.0, 99.0}) {
    const double found =
        parameter_of_least_loss([&](double parameter) { return distance(parameter, best); },
                                {.low = 1e-2, .high = 1e2, .points = 9, .tolerance = 1e-6});
    EXPECT_NEAR(found / best, 1.0, 1e-5);
  }
}

// Two valleys, the wide one higher: the grid chooses the lower one.
TEST(ParameterSearch, TakesTheLowerOfTwoValleys) {
  const auto loss = [](double parameter) {
    return std::min(1.0 + distance(parameter, 0.1), 4.0 * distance(parameter, 10.0));
  };
  EXPECT_NEAR(parameter_of_least_loss(loss, {.low = 1e-2, .high = 1e2, .points = 21}), 10.0, 1e-5);
}

TEST(ParameterSearch, GoesOneStepBeyondItsRange) {
  const auto loss = [](double parameter) { return distance(parameter, 1e-3); };
  const double found = parameter_of_least_loss(loss, {.low = 1e-2, .high = 1e2, .points = 5});
  EXPECT_NEAR(found, 1e-3, 1e-8);
}

}  // namespace
}  // namespace gril

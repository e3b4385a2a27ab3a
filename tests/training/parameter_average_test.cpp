#include "gril/training/parameter_average.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace gril {
namespace {

TEST(ParameterAverage, WeighsEveryStepByItsAge) {
  const std::vector<double> values = {3.0, -1.0, 4.0, 10.0};
  const torch::Tensor average = at::zeros({1}, at::kDouble);
  double sum = 0;
  double weights = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    update_average(average, at::full({1}, values[t], at::kDouble), 0.9,
                   static_cast<int64_t>(t) + 1);
    sum = 0.9 * sum + values[t];
    weights = 0.9 * weights + 1;
    EXPECT_NEAR(average.item<double>(), sum / weights, 1e-14) << t;
  }
}

TEST(ExchangedValues, AreTheAverageForAWhile) {
  const torch::Tensor values = at::tensor({0.1, 0.2}, at::kDouble);
  const torch::Tensor before = values.clone();
  const torch::Tensor average = at::tensor({0.7, 0.9}, at::kDouble);
  {
    const ExchangedValues exchanged(values, average);
    EXPECT_TRUE(at::equal(values, average));
  }
  EXPECT_TRUE(at::equal(values, before));
  const ExchangedValues unchanged(values, {});
  EXPECT_TRUE(at::equal(values, before));
}

}  // namespace
}  // namespace gril

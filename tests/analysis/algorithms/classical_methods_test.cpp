#include "gril/analysis/algorithms/classical_methods.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>

#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/evaluation/loss.h"
#include "gril/tasks/in_context/linear_regression.h"
#include "tests/analysis/classification_task.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

LinearRegression noisy_regression() {
  LinearRegressionOptions options;
  options.inputs = 4;
  options.outputs = 3;
  options.examples = 8;
  options.layout = TokenLayout::kPairs;
  options.label_noise = 0.3;
  return LinearRegression(options);
}

/// The loss of every method on prompts other than those it was tuned on.
std::map<std::string, double> losses(const InContextTask& task) {
  const Prompts fresh = task.sample_prompts(4000, 1, torch::kFloat64);
  std::map<std::string, double> found;
  for (const ClassicalMethod& method :
       classical_methods(task.scoring(), task.sample_prompts(600, 2, torch::kFloat64))) {
    found[method.name] = position_losses(task.scoring().loss, method.predict(fresh), fresh.targets)
                             .mean()
                             .item<double>();
  }
  return found;
}

TEST(ClassicalMethods, ForNumbersStandInTheOrderTheirTheoryGives) {
  const auto loss = losses(noisy_regression());
  ASSERT_EQ(loss.size(), 13U);
  EXPECT_GT(loss.at("always 0"), loss.at("gradient descent, 1 step"));
  EXPECT_GT(loss.at("gradient descent, 1 step"), loss.at("gradient descent, 2 steps"));
  EXPECT_GT(loss.at("gradient descent, 2 steps"), loss.at("gradient descent, 2 steps, free rates"));
  EXPECT_GT(loss.at("gradient descent, 5 steps"), loss.at("gradient descent, 5 steps, free rates"));
  // With noise, ridge is the best linear method and least squares pays for its variance.
  EXPECT_GT(loss.at("least squares"), loss.at("ridge regression"));
  EXPECT_GT(loss.at("gradient descent, 5 steps, free rates"), loss.at("ridge regression") - 1e-3);
  EXPECT_GT(loss.at("nearest neighbours"), loss.at("gradient descent, 1 step"));
  EXPECT_GT(loss.at("always 0"), loss.at("nearest neighbours"));
}

TEST(ClassicalMethods, ForNumbersHoldWhatTheirNamesSay) {
  const LinearRegression task = noisy_regression();
  const Prompts tuning = task.sample_prompts(500, 2, torch::kFloat64);
  const Prompts fresh = task.sample_prompts(20, 3, torch::kFloat64);
  const auto methods = regression_methods(tuning);
  EXPECT_EQ(methods[kContextFree].name, "always 0");
  EXPECT_EQ(methods[kContextFree].predict(fresh).abs().max().item<double>(), 0.0);
  EXPECT_EQ(methods[kOneStep].name, "gradient descent, 1 step");
  const double rate = methods[kOneStep].tuned.at("learning_rate").get<double>();
  EXPECT_TRUE(testing::agrees("one step", methods[kOneStep].predict(fresh),
                              gradient_descent_predictions(fresh, rate), 1e-12));
  for (const ClassicalMethod& method : methods) {
    if (method.name != "gradient descent, 3 steps, free rates") continue;
    EXPECT_EQ(method.tuned.at("learning_rates").size(), 3U);
    EXPECT_EQ(method.tuned.at("coefficients").size(), 3U);
  }
}

TEST(ClassicalMethods, ForClassesStandInTheOrderTheirTheoryGives) {
  const auto loss = losses(classification_task(4, 3, 20));
  ASSERT_EQ(loss.size(), 12U);
  EXPECT_NEAR(loss.at("all classes alike"), std::log(3.0), 1e-12);
  EXPECT_GT(loss.at("all classes alike"), loss.at("cross-entropy descent, 1 step"));
  EXPECT_GT(loss.at("cross-entropy descent, 1 step"), loss.at("cross-entropy descent, 2 steps"));
  EXPECT_GT(loss.at("cross-entropy descent, 2 steps"),
            loss.at("cross-entropy descent, 2 steps, free rates"));
  EXPECT_GT(loss.at("cross-entropy descent, 2 steps"), loss.at("logistic regression"));
  EXPECT_GT(loss.at("nearest neighbours"), loss.at("cross-entropy descent, 1 step"));
  EXPECT_GT(loss.at("all classes alike"), loss.at("nearest neighbours"));
}

}  // namespace
}  // namespace gril

// Networks that are not one gradient-descent step, made to look like one: none may be called one.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gril/analysis/analyze.h"
#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "tests/analysis/function_model.h"

namespace gril {
namespace {

AnalysisRequest few_prompts() {
  AnalysisRequest request;
  request.options.tasks = 400;
  request.options.tuning_tasks = 400;
  request.options.sweep_tasks = 20;
  request.options.bootstrap_samples = 50;
  request.options.sweep_points = 2;
  return request;
}

double tuned_rate(const LinearRegression& task) {
  const AnalysisOptions options = few_prompts().options;
  return tune_gradient_descent(
             task, {.prompts = options.tuning_tasks, .seed = options.seed, .name = "tuning tasks"})
      .learning_rate;
}

Analysis analyzed(const LinearRegression& task, const PromptFunction& answer) {
  return analyze_model(function_file(task, answer), "m", few_prompts(), {});
}

double metric(const Analysis& analysis, const std::string& name) {
  for (const Json& entry : analysis.summary["metrics"]) {
    if (entry["name"] == name) return entry["value"].get<double>();
  }
  ADD_FAILURE() << "no metric " << name;
  return 0.0;
}

std::string sentence(const Analysis& analysis) {
  return analysis.summary["conclusion"]["sentence"].get<std::string>();
}

/// The label, and that it is no claim.
std::string refused_label(const Analysis& analysis) {
  EXPECT_FALSE(analysis.summary["conclusion"]["agrees"].get<bool>()) << sentence(analysis);
  return analysis.summary["conclusion"]["label"].get<std::string>();
}

void expect_in(const std::string& part, const std::string& text) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(FalseClaims, TheStepItselfIsStillOne) {
  const LinearRegression task = pairs_task();
  const double rate = tuned_rate(task);
  const Analysis found = analyzed(
      task, [=](const Prompts& prompts) { return gradient_descent_predictions(prompts, rate); });
  EXPECT_TRUE(found.summary["conclusion"]["agrees"].get<bool>()) << sentence(found);
  EXPECT_EQ(found.summary["conclusion"]["label"], "One gradient-descent step");
}

TEST(FalseClaims, AConstantIsNoStep) {
  const Analysis found = analyzed(pairs_task(), [](const Prompts& prompts) {
    return at::full_like(prompts.query_inputs, 0.3) + 0.0 * prompts.query_inputs;
  });
  EXPECT_EQ(refused_label(found), "Not one gradient-descent step");
  expect_in("no better than always predicting 0", sentence(found));
  expect_in("none of them is near", sentence(found));
}

TEST(FalseClaims, AlwaysZeroIsNoStepAndNearNothing) {
  const Analysis found =
      analyzed(pairs_task(), [](const Prompts& prompts) { return 0.0 * prompts.query_inputs; });
  EXPECT_EQ(refused_label(found), "Not one gradient-descent step");
  expect_in("its predictions are all 0, so no algorithm is near", sentence(found));
}

TEST(FalseClaims, LeastSquaresIsNoStep) {
  const Analysis found = analyzed(pairs_task(), least_squares_predictions);
  EXPECT_EQ(refused_label(found), "Not one gradient-descent step");
  expect_in("does better than one gradient-descent step", sentence(found));
}

/// Mean of a·b over the evaluation prompts.
double mean_product(const LinearRegression& task, const PromptFunction& a,
                    const PromptFunction& b) {
  double sum = 0.0;
  for_each_batch(task, {.prompts = few_prompts().options.tasks}, [&](const Prompts& prompts) {
    sum += (a(prompts) * b(prompts)).sum().item<double>();
  });
  return sum;
}

/// good + c·noise with the loss of the tuned step on the evaluation prompts.
PromptFunction with_the_loss_of_a_step(const LinearRegression& task, const PromptFunction& good,
                                       const PromptFunction& noise) {
  const double rate = tuned_rate(task);
  const PromptFunction target = [](const Prompts& prompts) { return prompts.targets; };
  const PromptFunction error = [&](const Prompts& prompts) {
    return good(prompts) - target(prompts);
  };
  const PromptFunction of_step = [&](const Prompts& prompts) {
    return gradient_descent_predictions(prompts, rate) - target(prompts);
  };
  const double a = mean_product(task, noise, noise);
  const double b = mean_product(task, noise, error);
  const double c = mean_product(task, error, error) - mean_product(task, of_step, of_step);
  EXPECT_LT(c, 0.0) << "the good part must be better than the step";
  const double factor = (-b + std::sqrt(b * b - a * c)) / a;
  return [=](const Prompts& prompts) { return good(prompts) + factor * noise(prompts); };
}

/// What the query does not enter moves no sensitivity.
torch::Tensor first_target(const Prompts& prompts) {
  return prompts.context_targets.select(1, 0) + 0.0 * prompts.query_inputs;
}

TEST(FalseClaims, TheRightLossByNoiseIsNoStep) {
  const LinearRegression task = pairs_task();
  const Analysis found =
      analyzed(task, with_the_loss_of_a_step(task, least_squares_predictions, first_target));
  EXPECT_NEAR(metric(found, "loss_ratio_to_tuned_gd"), 1.0, 1e-9);
  EXPECT_EQ(refused_label(found), "Not one gradient-descent step");
  expect_in("reaches the loss of one gradient-descent step by other means", sentence(found));
}

/// The direction of the step for every query, its length better for every prompt.
torch::Tensor step_of_best_length(const Prompts& prompts) {
  const torch::Tensor step = unit_step_weights(prompts);
  const torch::Tensor exact =
      at::bmm(at::linalg_pinv(prompts.context_inputs), prompts.context_targets).transpose(1, 2);
  const torch::Tensor lengths = (step * exact).sum({1, 2}, true) / step.square().sum({1, 2}, true);
  return at::bmm(lengths * step, prompts.query_inputs.unsqueeze(2)).squeeze(2);
}

TEST(FalseClaims, TheRightLossAndDirectionWithWrongPredictionsIsNoStep) {
  const LinearRegression task = pairs_task();
  const Analysis found =
      analyzed(task, with_the_loss_of_a_step(task, step_of_best_length, first_target));
  EXPECT_NEAR(metric(found, "loss_ratio_to_tuned_gd"), 1.0, 1e-9);
  EXPECT_NEAR(metric(found, "sensitivity_cosine"), 1.0, 1e-9);
  EXPECT_EQ(refused_label(found), "Not one gradient-descent step");
  expect_in("its predictions differ from tuned gradient descent's by", sentence(found));
}

TEST(FalseClaims, PredictionsOfOtherPromptsAreNoStep) {
  const LinearRegression task = pairs_task();
  const double rate = tuned_rate(task);
  const Analysis found = analyzed(task, [=](const Prompts& prompts) {
    return gradient_descent_predictions(prompts, rate).roll({1}, {0});
  });
  EXPECT_EQ(refused_label(found), "Not one gradient-descent step");
}

// A loss is flat at its minimum: 9 % in every prediction are less than 1 % of it.
TEST(FalseClaims, AStepTooLongIsCloseAndSaysByWhichMeasure) {
  const LinearRegression task = pairs_task();
  const double rate = 1.07 * tuned_rate(task);
  const Analysis found = analyzed(
      task, [=](const Prompts& prompts) { return gradient_descent_predictions(prompts, rate); });
  EXPECT_EQ(refused_label(found), "Close to one gradient-descent step");
  expect_in(
      "This network is close to, but not, one gradient-descent step: its predictions differ "
      "from tuned gradient descent's by 7 % (rms), where at most 5 % would do",
      sentence(found));
}

TEST(FalseClaims, AnswersThatAreNotNumbersGetNoVerdict) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Analysis found =
      analyzed(pairs_task(), [=](const Prompts& prompts) { return nan * prompts.query_inputs; });
  EXPECT_EQ(refused_label(found), "No verdict");
  EXPECT_EQ(sentence(found).find("No verdict on one gradient-descent step: "), 0U)
      << sentence(found);
}

TEST(FalseClaims, OnePromptGetsNoVerdict) {
  const LinearRegression task = pairs_task();
  AnalysisRequest request = few_prompts();
  const double rate = tuned_rate(task);
  const ModelFile file = function_file(
      task, [=](const Prompts& prompts) { return gradient_descent_predictions(prompts, rate); });
  request.options.tasks = 1;
  const Analysis found = analyze_model(file, "m", request, {});
  EXPECT_EQ(refused_label(found), "No verdict");
  expect_in("1 prompt is too few to judge by; at least 10 are needed", sentence(found));
}

}  // namespace
}  // namespace gril

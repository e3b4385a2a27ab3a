#include "gril/analysis/algorithms/classification_comparison.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/algorithms/cross_entropy_descent.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/evaluation/evaluate.h"
#include "tests/analysis/classification_task.h"

namespace gril {
namespace {

constexpr double kExact = 1e-10;
const LinearClassification kTask = classification_task(4, 3, 12);
const PromptSample kSample{.prompts = 300, .seed = 1};
const PromptSample kTuning{.prompts = 400, .seed = 1, .name = "tuning tasks"};

/// One step on the cross-entropy as a network.
std::shared_ptr<SequenceModel> step_network(double rate) {
  GradientDescentClaim claim;
  claim.loss = DescentLoss::kCrossEntropy;
  claim.layout = TokenLayout::kPairs;
  claim.inputs = 4;
  claim.outputs = 3;
  claim.examples = 12;
  claim.learning_rates = {rate};
  return gradient_descent_as_gril(claim, 1.0, torch::kFloat64).model;
}

ClassificationComparison compared(double rate) {
  return compare_classification(*step_network(rate), kTask, kSample, kTuning);
}

double metric(const MetricList& list, const std::string& name, const char* key = "value") {
  for (const Json& entry : list.json()) {
    if (entry["name"] == name) return entry[key].get<double>();
  }
  throw std::out_of_range(name);
}

TEST(ClassificationComparison, CallsTheTunedStepTheTunedStep) {
  const double rate = compared(1.0).distances[kOneStep].method.tuned.at("learning_rate");
  const ClassificationComparison found = compared(rate);
  EXPECT_EQ(found.nearest, kOneStep);
  const ClassificationDistance& one = found.distances[kOneStep];
  EXPECT_NEAR(one.divergence, 0.0, kExact);
  EXPECT_EQ(one.agreement, 1.0);
  EXPECT_EQ(one.accuracy, found.accuracy);
  for (std::size_t i = 0; i < found.distances.size(); ++i) {
    EXPECT_TRUE(i == kOneStep || found.distances[i].divergence > 1e-4) << i;
  }
  MetricList metrics;
  add_metrics(metrics, found, {100, 0});
  for (const char* end : {"value", "low", "high"}) {
    EXPECT_NEAR(metric(metrics, "nll_over_one_step_reference", end), 0.0, kExact);
  }
  EXPECT_NEAR(metric(metrics, "divergence_to_nearest"), 0.0, kExact);
}

TEST(ClassificationComparison, MeasuresWhatAnEvaluationMeasures) {
  const ClassificationComparison found = compared(2.0);
  const Evaluation evaluation =
      evaluate(*step_network(2.0), kTask.scoring(),
               evaluation_tasks(kTask, kSample.prompts, kSample.seed, torch::kFloat64));
  const Json tree = to_json(found);
  EXPECT_NEAR(tree["loss"].get<double>(), evaluation.loss.value, kExact);
  EXPECT_NEAR(tree["accuracy"].get<double>(), evaluation.further.front().value, kExact);
  EXPECT_EQ(tree["prompts"], 300);
  EXPECT_EQ(tree["algorithms"].size(), 12U);
  EXPECT_EQ(tree["algorithms"][1]["name"], "cross-entropy descent, 1 step");
}

// KL(p ‖ p_A) of the step with η = 2 from the step with the tuned rate, prompt by prompt.
TEST(ClassificationComparison, DivergenceIsThatOfTheDefinition) {
  const ClassificationComparison found = compared(2.0);
  const double rate = found.distances[kOneStep].method.tuned.at("learning_rate");
  const Prompts prompts = evaluation_prompts(kTask, kSample.prompts, kSample.seed, torch::kFloat64);
  const auto shares = [&](double step_size) {
    return cross_entropy_descent_scores(prompts, at::full({1}, step_size, at::kDouble)).softmax(1);
  };
  const torch::Tensor network = shares(2.0);
  const torch::Tensor method = shares(rate);
  double sum = 0.0;
  for (int64_t prompt = 0; prompt < kSample.prompts; ++prompt) {
    for (int64_t c = 0; c < 3; ++c) {
      const double p = network[prompt][c].item<double>();
      sum += p * std::log(p / method[prompt][c].item<double>());
    }
  }
  EXPECT_NEAR(found.distances[kOneStep].divergence, sum / 300.0, 1e-9);
}

TEST(ClassificationComparison, MetricsAreDifferencesOfLosses) {
  const ClassificationComparison found = compared(0.5);
  const Json tree = to_json(found);
  MetricList metrics;
  add_metrics(metrics, found, {100, 0});
  const auto difference = [&](const std::string& method) {
    for (const Json& algorithm : tree["algorithms"]) {
      if (algorithm["name"] == method) {
        return tree["loss"].get<double>() - algorithm["loss"].get<double>();
      }
    }
    throw std::out_of_range(method);
  };
  const std::string descent = "cross-entropy descent, ";
  EXPECT_NEAR(metric(metrics, "nll_over_one_step_reference"), difference(descent + "1 step"),
              kExact);
  EXPECT_NEAR(metric(metrics, "nll_minus_1_steps_shared"), difference(descent + "1 step"), kExact);
  for (const std::string steps : {"2", "3", "4", "5"}) {
    EXPECT_NEAR(metric(metrics, "nll_minus_" + steps + "_steps_shared"),
                difference(descent + steps + " steps"), kExact);
    EXPECT_NEAR(metric(metrics, "nll_minus_" + steps + "_steps_free"),
                difference(descent + steps + " steps, free rates"), kExact);
  }
  EXPECT_NE(classification_sentence(found).find(" above that of one step"), std::string::npos);
}

}  // namespace
}  // namespace gril

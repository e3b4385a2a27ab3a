#include "gril/analysis/black_box_analysis.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/base/config_section.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/tasks/task_registry.h"
#include "tests/analysis/classification_task.h"
#include "tests/analysis/descent_model.h"

namespace gril {
namespace {

Analysis analyzed(const ModelFile& file) {
  AnalysisOptions options;
  options.tasks = 200;
  options.tuning_tasks = 300;
  options.sequences = 20;
  options.bootstrap_samples = 50;
  const auto task = make_task(ConfigSection(file.task, "model", "task"));
  return analyze_black_box(file, *task, "model", options, {});
}

double metric(const Analysis& analysis, const std::string& name) {
  for (const Json& entry : analysis.summary["metrics"]) {
    if (entry["name"] == name) return entry["value"].get<double>();
  }
  throw std::out_of_range(name);
}

TEST(BlackBoxAnalysis, FindsTheAlgorithmOfAnInContextRegression) {
  const LinearRegression task = small_task();
  const double rate =
      sampled_loss_parabola(task, {.prompts = 300, .name = "tuning tasks"}).best_learning_rate();
  const Analysis analysis = analyzed(descent_file(task, rate));
  EXPECT_EQ(analysis.file("algorithms")["nearest"], "gradient descent, 1 step");
  const auto sentence = analysis.summary["conclusion"]["sentence"].get<std::string>();
  EXPECT_NE(sentence.find("nearest to gradient descent, 1 step"), std::string::npos) << sentence;
  EXPECT_LT(metric(analysis, "difference_to_one_step"), 1e-10);
}

TEST(BlackBoxAnalysis, FindsTheAlgorithmOfAnInContextClassification) {
  GradientDescentClaim claim;
  claim.loss = DescentLoss::kCrossEntropy;
  claim.layout = TokenLayout::kPairs;
  claim.inputs = 4;
  claim.outputs = 3;
  claim.examples = 12;
  claim.learning_rates = {2.0};
  ModelFile file = gradient_descent_as_gril(claim, 1.0, torch::kFloat64);
  file.task = classification_task(4, 3, 12).config();
  const Analysis analysis = analyzed(file);
  EXPECT_EQ(analysis.file("classification")["prompts"], 200);
  EXPECT_GT(metric(analysis, "nll_over_one_step_reference"), 0.0) << "η = 2 is not the tuned one";
  EXPECT_LT(metric(analysis, "loss"), std::log(3.0));
  EXPECT_NEAR(metric(analysis, "accuracy"),
              analysis.file("classification")["accuracy"].get<double>(), 1e-12);
  const auto sentence = analysis.summary["conclusion"]["sentence"].get<std::string>();
  EXPECT_NE(sentence.find("its distributions are nearest to "), std::string::npos) << sentence;
}

// 0 is eight times 0: the cubic law of attention holds for it and says nothing.
TEST(BlackBoxAnalysis, FindsNothingInAnswersThatAreAllZero) {
  const Analysis analysis = analyzed(descent_file(small_task(), 0.0));
  EXPECT_EQ(analysis.file("scaling"),
            (Json{{"applies", false}, {"reason", "the outputs are all 0 or not finite"}}));
  EXPECT_TRUE(analysis.file("algorithms")["nearest"].is_null());
  const auto sentence = analysis.summary["conclusion"]["sentence"].get<std::string>();
  EXPECT_EQ(sentence.find("eightfold"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("its predictions are all 0, so no algorithm is near"), std::string::npos)
      << sentence;
}

}  // namespace
}  // namespace gril

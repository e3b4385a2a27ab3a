#include "gril/analysis/black_box_analysis.h"

#include <gtest/gtest.h>

#include "gril/analysis/gradient_descent_baseline.h"
#include "tests/analysis/descent_model.h"

namespace gril {
namespace {

Analysis analyzed(const ModelFile& file) {
  AnalysisOptions options;
  options.tasks = 200;
  options.tuning_tasks = 300;
  options.sequences = 20;
  options.bootstrap_samples = 50;
  return analyze_black_box(file, "model", options, {});
}

TEST(BlackBoxAnalysis, FindsTheAlgorithmOfAnInContextRegression) {
  const LinearRegression task = small_task();
  const double rate =
      sampled_loss_parabola(task, {.prompts = 300, .name = "tuning tasks"}).best_learning_rate();
  const Analysis analysis = analyzed(descent_file(task, rate));
  EXPECT_EQ(analysis.file("algorithms")["nearest"], "gradient descent, 1 step");
  const auto sentence = analysis.summary["conclusion"]["sentence"].get<std::string>();
  EXPECT_NE(sentence.find("nearest to gradient descent, 1 step"), std::string::npos) << sentence;
  double difference = 1.0;
  for (const Json& metric : analysis.summary["metrics"]) {
    if (metric["name"] == "difference_to_one_step") difference = metric["value"];
  }
  EXPECT_LT(difference, 1e-10);
}

}  // namespace
}  // namespace gril

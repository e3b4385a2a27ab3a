#include "gril/analysis/analyze.h"

#include <gtest/gtest.h>

#include "gril/analysis/learning_curve.h"
#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/base/json_file.h"
#include "gril/base/nearest_word.h"
#include "gril/tasks/task_registry.h"
#include "tests/analysis/descent_model.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

AnalysisRequest few_prompts() {
  AnalysisRequest request;
  AnalysisOptions& options = request.options;
  options.tasks = 200;
  options.tuning_tasks = 200;
  options.sweep_tasks = 50;
  options.bootstrap_samples = 20;
  options.sweep_points = 3;
  return request;
}

double metric(const Json& summary, const std::string& name) {
  for (const Json& entry : summary["metrics"]) {
    if (entry["name"] == name) return entry["value"].get<double>();
  }
  ADD_FAILURE() << "no metric " << name;
  return 0.0;
}

TEST(Analyze, FindsTheConstructionToBeOneStep) {
  const LinearRegression task = small_task();
  const Analysis tuned = analyze_model(descent_file(task, 1.0), "a", few_prompts(), {});
  const double rate = metric(tuned.summary, "gradient_descent_learning_rate");
  const Analysis analysis = analyze_model(descent_file(task, rate), "a", few_prompts(), {});
  EXPECT_TRUE(analysis.summary["conclusion"]["agrees"].get<bool>());
  EXPECT_NEAR(metric(analysis.summary, "loss_ratio_to_tuned_gd"), 1.0, 1e-12);
  EXPECT_NEAR(metric(analysis.summary, "sensitivity_cosine"), 1.0, 1e-12);
  EXPECT_NEAR(metric(analysis.summary, "learning_rate_per_example"), rate / 6.0, 1e-12);
  EXPECT_EQ(metric(analysis.summary, "decay_lowest"), 1.0);
  for (const char* ratio :
       {"far_shifted_loss_ratio", "weight_scale_loss_ratio", "correlated_loss_ratio",
        "heavy_tailed_loss_ratio", "far_longer_context_loss_ratio"}) {
    EXPECT_NEAR(metric(analysis.summary, ratio), 1.0, 1e-12) << ratio;
  }
  EXPECT_FALSE(tuned.summary["conclusion"]["agrees"].get<bool>()) << "η = 1 is not tuned";
}

TEST(Analyze, TellsItsStagesInOrder) {
  int stages = 0;
  analyze_model(descent_file(small_task(), 1.0), "a", few_prompts(),
                [&](const std::string& stage, int done, int total) {
                  EXPECT_EQ(done, ++stages);
                  EXPECT_EQ(total, 7);
                  EXPECT_FALSE(stage.empty());
                });
  EXPECT_EQ(stages, 7);
}

TEST(Analyze, WritesOneFilePerSubject) {
  const TemporaryFolder folder;
  write_analysis(analyze_model(descent_file(small_task(), 1.0), "a", few_prompts(), {}),
                 folder.path());
  for (const char* name : {"summary", "gradient_descent", "predictions", "weights", "eigenvalues",
                           "context_length", "out_of_distribution", "step_sizes", "several_steps",
                           "paths", "ablations", "interpolation"}) {
    const auto path = folder.path() / (std::string(name) + ".json");
    EXPECT_FALSE(read_json(path, "test").empty()) << path;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "learning_curve.json"));
}

TEST(Analyze, RefusesModelsWithoutAComparableTask) {
  ModelFile file = descent_file(small_task(), 1.0);
  file.task = Json();
  EXPECT_EQ(
      error_text<InvalidArgument>([&] { analyze_model(file, "m", few_prompts(), {}); }),
      "[analyze] m: a model of other layers than one gated_linear_rnn must name the task it is "
      "measured on; got none. Train it with gril; for what a construction claims run gril "
      "certify.");
  file.task = {{"kind", "sine"}};
  EXPECT_EQ(
      error_text<InvalidArgument>([&] { analyze_model(file, "m", few_prompts(), {}); }),
      "[config] m: \"task.kind\" must be one of " + join_words(task_kinds()) + "; got \"sine\".");
}

TEST(AnalysisOptions, RefusesUnknownKeysAndEmptyRanges) {
  const auto read = [](const Json& tree) {
    return error_text<InvalidArgument>([&] {
      ConfigSection section(tree, "a.toml", "analysis");
      read_analysis_options(section, {});
    });
  };
  EXPECT_NE(read({{"sweep_task", 5}}).find("Did you mean \"analysis.sweep_tasks\"?"),
            std::string::npos);
  EXPECT_NE(
      read({{"lowest_input_range", 3.0}})
          .find("the lowest of a sweep must not be above its highest; got input range 3 to 2"),
      std::string::npos);
}

TEST(LearningCurve, SeparatesTrainingFromEvaluation) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "metrics.jsonl";
  write_file_atomically(path,
                        "{\"step\":10,\"loss\":0.4,\"steps_per_second\":100}\n"
                        "{\"step\":10,\"evaluation_loss\":0.39,\"unit\":\"half squared error\"}\n"
                        "{\"step\":20,\"loss\":0.3,\"steps_per_second\":200}\n",
                        "test");
  const Json curve = learning_curve(path);
  EXPECT_EQ(curve["training"], (Json{{"steps", {10, 20}}, {"losses", {0.4, 0.3}}}));
  EXPECT_EQ(curve["evaluation"], (Json{{"steps", {10}}, {"losses", {0.39}}}));
  EXPECT_EQ(curve["unit"], "half squared error");
  EXPECT_NEAR(curve["training_seconds"].get<double>(), 0.1 + 0.05, 1e-15);
}

}  // namespace
}  // namespace gril

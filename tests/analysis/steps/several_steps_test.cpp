#include "gril/analysis/steps/several_steps.h"

#include <gtest/gtest.h>

#include <limits>

#include "gril/analysis/analyze.h"
#include "gril/analysis/steps/steps_conclusion.h"
#include "tests/analysis/steps/stack_example.h"

namespace gril {
namespace {

AnalysisRequest few_prompts() {
  AnalysisRequest request;
  request.options.tasks = 200;
  request.options.tuning_tasks = 300;
  request.options.sweep_tasks = 50;
  request.options.bootstrap_samples = 20;
  request.options.sweep_points = 3;
  return request;
}

/// The stack whose step sizes are the best ones on the tuning prompts of few_prompts().
ModelFile tuned_stack(const LinearRegression& task) {
  const AnalysisOptions options = few_prompts().options;
  const PromptSample tuning{
      .prompts = options.tuning_tasks, .seed = options.seed, .name = "tuning tasks"};
  std::vector<double> sizes;
  for (const auto& size : step_sizes(best_free_steps(task, tuning, 2).polynomial)) {
    EXPECT_EQ(size.imag(), 0.0);
    sizes.push_back(size.real());
  }
  return {.model = constructed_stack(task, sizes), .claim = Json(), .task = task.config()};
}

const Analysis& tuned_stack_analysis() {
  static const Analysis analysis =
      analyze_model(tuned_stack(stack_task(4)), "a", few_prompts(), {});
  return analysis;
}

double metric(const Analysis& analysis, const std::string& name) {
  for (const Json& entry : analysis.summary["metrics"]) {
    if (entry["name"] == name) return entry["value"].get<double>();
  }
  ADD_FAILURE() << "no metric " << name;
  return 0.0;
}

TEST(SeveralSteps, AStackOfTheBestStepsHasTheirLossAndSensitivity) {
  const Analysis& found = tuned_stack_analysis();
  EXPECT_NEAR(metric(found, "loss_ratio_to_K_steps_free"), 1.0, 1e-10);
  EXPECT_NEAR(metric(found, "sensitivity_cosine_to_K_steps_free"), 1.0, 1e-10);
  EXPECT_NEAR(metric(found, "prediction_distance_to_K_steps_free"), 0.0, 1e-10);
  EXPECT_LT(metric(found, "loss_ratio_to_K_steps_shared"), 1.0);
  EXPECT_LT(metric(found, "loss_ratio_to_tuned_gd"), metric(found, "loss_ratio_to_K_steps_shared"));
}

TEST(SeveralSteps, AStackOfTheBestStepsIsSaidToDoThem) {
  const Json& conclusion = tuned_stack_analysis().summary["conclusion"];
  EXPECT_TRUE(conclusion["agrees"].get<bool>());
  EXPECT_EQ(conclusion["label"], "2 gradient-descent steps");
  const auto sentence = conclusion["sentence"].get<std::string>();
  EXPECT_EQ(sentence.find("This network does 2 gradient-descent steps: "), 0U) << sentence;
  EXPECT_NE(sentence.find("By its weights 100 % of its answers take paths of gradient descent"),
            std::string::npos)
      << sentence;
}

TEST(SeveralSteps, OtherSizesDoNotAgree) {
  StepSizes sizes{.steps = 2};
  sizes.free.polynomial = descent_polynomial({4.0, 11.5});
  SeveralSteps found;
  const auto with_ratio = [](double ratio) {
    PredictionComparison comparison;
    comparison.model_losses.assign(kFewestPrompts, ratio);
    comparison.gradient_descent_losses.assign(kFewestPrompts, 1.0);
    comparison.sensitivity_cosine = 0.99;
    comparison.prediction_difference = 0.2;
    return comparison;
  };
  const auto sentence = [&](double free, double shared) {
    found.free = with_ratio(free);
    found.shared = with_ratio(shared);
    const Conclusion conclusion = conclude_steps(sizes, found, {.samples = 5});
    EXPECT_EQ(conclusion.verdict, Verdict::kDiffers);
    EXPECT_EQ(conclusion.label, "Not 2 gradient-descent steps");
    return conclusion.sentence;
  };
  EXPECT_EQ(sentence(1.25, 1.1),
            "This network does not reach 2 gradient-descent steps: its loss is 25 % above that of "
            "their best sizes (4 and 11.5), 10 % above that of their best common size, same "
            "prompts; its predictions differ from the best sizes' by 20 % (rms), where at most 5 % "
            "would do and its predictions answer to the query with cosine 0.99, where at least "
            "0.999 would do.");
  EXPECT_EQ(sentence(1.05, 0.95).find("This network does better than a common size of 2"), 0U);
  EXPECT_EQ(sentence(0.9, 0.8).find("This network does better than 2 gradient"), 0U);
  EXPECT_EQ(sentence(1.0, 0.9).find("This network reaches the loss of 2 gradient-descent steps by "
                                    "other means: "),
            0U);
}

TEST(SeveralSteps, OfADivergedStackGetNoVerdict) {
  const LinearRegression task = stack_task(3);
  ModelFile file = tuned_stack(task);
  const at::NoGradGuard no_gradients;
  for (auto& parameter : file.model->parameters()) {
    parameter.fill_(std::numeric_limits<double>::quiet_NaN());
  }
  const Json conclusion = analyze_model(file, "a", few_prompts(), {}).summary["conclusion"];
  EXPECT_EQ(conclusion["label"], "No verdict");
  EXPECT_NE(conclusion["sentence"].get<std::string>().find(
                "Its answers are all 0 or not finite: they have no step sizes."),
            std::string::npos)
      << conclusion["sentence"];
}

TEST(SeveralSteps, BehaviourAndWeightsTellTheSameSizes) {
  const Analysis& found = tuned_stack_analysis();
  for (const char* size : {"step_size_1", "step_size_2"}) {
    EXPECT_NEAR(metric(found, size), metric(found, std::string("free_") + size), 1e-8);
    EXPECT_NEAR(metric(found, size), metric(found, std::string("weights_") + size), 1e-8);
  }
  EXPECT_NEAR(metric(found, "explained_by_steps"), 1.0, 1e-10);
  EXPECT_NEAR(metric(found, "descent_path_share"), 1.0, 1e-10);
  EXPECT_NEAR(metric(found, "residual_path_size"), 0.0, 1e-10);
}

TEST(SeveralSteps, FollowOtherScalesAndLengthsWithTheSameStepPerExample) {
  const Analysis& found = tuned_stack_analysis();
  for (const char* shift : {"input_range", "weight_scale"}) {
    for (const Json& point : found.file("several_steps")[shift]["free"]["points"]) {
      EXPECT_NEAR(point["ratio"]["value"].get<double>(), 1.0, 1e-9);
    }
  }
  for (const Json& point : found.file("context_length")["points"]) {
    EXPECT_NEAR(point["free_steps"].get<double>() / point["model"]["value"].get<double>(), 1.0,
                1e-9);
  }
}

TEST(SeveralSteps, OfOneLayerAreSaidNotToApply) {
  const LinearRegression task = stack_task(3);
  const ModelFile file{
      .model = constructed_stack(task, {3.0}), .claim = Json(), .task = task.config()};
  const Analysis found = analyze_model(file, "a", few_prompts(), {});
  EXPECT_FALSE(found.file("several_steps")["applies"].get<bool>());
  EXPECT_FALSE(found.file("context_length")["points"][0].contains("free_steps"));
  EXPECT_NEAR(metric(found, "weights_step_size_1"), 3.0, 1e-10);
  EXPECT_NEAR(metric(found, "interpolation_barrier"), 0.0, 1e-10);
}

}  // namespace
}  // namespace gril

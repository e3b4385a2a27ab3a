#include "gril/evaluation/evaluate.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/error.h"
#include "gril/base/seed.h"
#include "gril/tasks/in_context/linear_regression.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr double kRate = 3.0;

LinearRegression small_task() {
  LinearRegressionOptions options;
  options.inputs = 3;
  options.outputs = 3;
  options.examples = 4;
  return LinearRegression(options);
}

/// A GRIL with the weights of one gradient step of rate kRate on 4 examples, written by hand.
SequenceModel one_step_model() {
  SequenceModel model({{"layers",
                        {{{"kind", "gril"},
                          {"input_size", 3},
                          {"output_size", 3},
                          {"window", 3},
                          {"stride", 2},
                          {"projections", "identity"},
                          {"decay", "fixed"}}}}},
                      "test");
  model.to(at::kDouble);
  const at::NoGradGuard no_grad;
  auto parameters = model.named_parameters();
  parameters["layers.0.offset_weights"].zero_()[1][2] = 1;
  parameters["layers.0.query_offsets"].zero_()[0] = 1;
  parameters["layers.0.readout"].copy_(at::eye(3, at::kDouble) * (kRate / 4));
  return model;
}

/// (η / 4) Σ_i y_i x_iᵀ x_q over the first `examples` examples.
torch::Tensor one_step_predictions(const Prompts& prompts, int64_t examples) {
  const torch::Tensor x = prompts.context_inputs.narrow(1, 0, examples);
  const torch::Tensor y = prompts.context_targets.narrow(1, 0, examples);
  return y.transpose(1, 2)
      .matmul(x)
      .matmul(prompts.query_inputs.unsqueeze(2))
      .squeeze(2)
      .mul(kRate / 4);
}

TEST(EvaluationTasks, AreTheTasksOfTheirSeedAlone) {
  const LinearRegression task = small_task();
  const Batch batch = evaluation_tasks(task, 20, 7, at::kFloat);
  const Prompts prompts = evaluation_prompts(task, 20, 7, at::kFloat);
  const Batch expected = task.sample(20, child_seed(7, "evaluation tasks"), at::kFloat);
  EXPECT_TRUE(at::equal(batch.tokens, expected.tokens));
  EXPECT_TRUE(at::equal(batch.targets, expected.targets));
  EXPECT_TRUE(at::equal(prompts.tokens, expected.tokens));
  EXPECT_TRUE(at::equal(prompts.targets, expected.targets));
}

TEST(EvaluationTasks, RefusesNone) {
  const std::string text = "[evaluate] the number of tasks must be at least 1; got 0.";
  EXPECT_EQ(error_text<InvalidArgument>([] { evaluation_tasks(small_task(), 0, 1, at::kFloat); }),
            text);
  EXPECT_EQ(error_text<InvalidArgument>([] { evaluation_prompts(small_task(), 0, 1, at::kFloat); }),
            text);
}

TEST(Evaluate, MeasuresTheOutputAtTheLastTokenOfEveryPrompt) {
  // 1030 prompts: more than two pieces of 512.
  const Prompts prompts = evaluation_prompts(small_task(), 1030, 7, at::kDouble);
  const Evaluation result = evaluate(one_step_model(), small_task().scoring(), prompts);
  const torch::Tensor errors = (one_step_predictions(prompts, 4) - prompts.targets).square();
  EXPECT_EQ(result.loss.samples, 1030);
  EXPECT_NEAR(result.loss.value, 0.5 * errors.mean().item<double>(), 1e-12);
  ASSERT_EQ(result.further.size(), 2U);
  EXPECT_EQ(result.further[0].name, "mean_squared_error");
  EXPECT_NEAR(result.further[0].value, errors.mean().item<double>(), 1e-12);
  EXPECT_EQ(result.further[1].name, "error_over_target_variance");
  const torch::Tensor deviations = prompts.targets - prompts.targets.mean(0, true);
  EXPECT_NEAR(result.further[1].value, (errors.mean() / deviations.square().mean()).item<double>(),
              1e-12);
}

TEST(Evaluate, PiecesOfLongSequencesChangeNothing) {
  // 30001 tokens: two sequences are a piece.
  const Scoring scoring{.loss = LossKind::kMeanSquaredError, .positions = Positions::kEvery};
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(5);
  const Batch batch{.tokens = at::randn({5, 30001, 3}, generator, at::kDouble),
                    .targets = at::randn({5, 30001, 3}, generator, at::kDouble),
                    .marked = {}};
  const SequenceModel model = one_step_model();
  const at::NoGradGuard no_grad;
  const Evaluation whole = measure(scoring, model.forward(batch.tokens, {}).output, batch);
  const Evaluation pieces = evaluate(model, scoring, batch);
  EXPECT_NEAR(pieces.loss.value / whole.loss.value, 1, 1e-12);
  EXPECT_NEAR(pieces.further.front().value / whole.further.front().value, 1, 1e-12);
}

TEST(EvaluateZero, IsTheLossOfNotLookingAtTheSequence) {
  const Batch batch = evaluation_tasks(small_task(), 50, 7, at::kDouble);
  const Scoring squares = small_task().scoring();
  EXPECT_NEAR(evaluate_zero(3, squares, evaluation_set(squares, batch)).loss.value,
              0.5 * batch.targets.square().mean().item<double>(), 1e-12);
  const Batch classes{
      .tokens = at::zeros({4, 2, 1}), .targets = at::tensor({0, 1, 2, 1}, at::kLong), .marked = {}};
  const Scoring scoring{.loss = LossKind::kCrossEntropy, .positions = Positions::kLast};
  EXPECT_NEAR(evaluate_zero(3, scoring, evaluation_set(scoring, classes)).loss.value, std::log(3.0),
              1e-12);
}

TEST(LossOverContextLength, IsTheLossOfTheStepOnTheFirstExamples) {
  const LinearRegression task = small_task();
  const Prompts prompts = evaluation_prompts(task, 50, 7, at::kDouble);
  const auto losses = loss_over_context_length(one_step_model(), task, prompts);
  ASSERT_EQ(losses.size(), 4U);
  for (int64_t examples = 1; examples <= 4; ++examples) {
    const torch::Tensor error = one_step_predictions(prompts, examples) - prompts.targets;
    EXPECT_NEAR(losses[static_cast<std::size_t>(examples - 1)].value,
                0.5 * error.square().mean().item<double>(), 1e-12);
  }
}

}  // namespace
}  // namespace gril

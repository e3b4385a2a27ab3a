#include "gril/evaluation/evaluate.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/error.h"
#include "gril/base/seed.h"
#include "gril/evaluation/loss.h"
#include "gril/tasks/in_context/batch_tokens.h"
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
torch::Tensor one_step_predictions(const Batch& prompts, int64_t examples) {
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
  const Batch prompts = evaluation_tasks(task, 20, 7, at::kFloat);
  const Batch expected = task.sample(20, child_seed(7, "evaluation tasks"), at::kFloat);
  EXPECT_TRUE(at::equal(prompts.tokens, expected.tokens));
  EXPECT_TRUE(at::equal(prompts.targets, expected.targets));
}

TEST(EvaluationTasks, RefusesNone) {
  EXPECT_EQ(error_text<InvalidArgument>([] { evaluation_tasks(small_task(), 0, 1, at::kFloat); }),
            "[evaluate] the number of tasks must be at least 1; got 0.");
}

TEST(Predict, IsTheOutputAtTheLastTokenOfEveryPrompt) {
  // 1030 prompts: more than two pieces of 512.
  const Batch prompts = evaluation_tasks(small_task(), 1030, 7, at::kDouble);
  const torch::Tensor predictions = predict(one_step_model(), prompts.tokens);
  EXPECT_FALSE(predictions.requires_grad());
  EXPECT_TRUE(at::allclose(predictions, one_step_predictions(prompts, 4), 1e-12, 1e-13));
}

TEST(MeasureLoss, AveragesOverPromptsAndGivesTheStandardError) {
  const torch::Tensor targets = at::zeros({4, 1}, at::kDouble);
  const torch::Tensor predictions = at::tensor({0.0, 2.0, 2.0, 4.0}, at::kDouble).view({4, 1});
  // Losses per prompt 0, 2, 2, 8: mean 3, sample variance (9 + 1 + 1 + 25) / 3 = 12.
  const Result loss = measure_loss(predictions, targets);
  EXPECT_EQ(loss.name, "loss");
  EXPECT_EQ(loss.unit, kLossConvention);
  EXPECT_EQ(loss.samples, 4);
  EXPECT_DOUBLE_EQ(loss.value, 3.0);
  EXPECT_DOUBLE_EQ(*loss.uncertainty, std::sqrt(12.0 / 4));
}

TEST(MeasureLoss, RefusesShapesThatDiffer) {
  EXPECT_EQ(error_text<InvalidArgument>([] {
              measure_loss(at::zeros({4, 1}), at::zeros({4, 2}));
            }),
            "[evaluate] predictions and targets must have one shape (B, m); got [4, 1] and "
            "[4, 2].");
}

TEST(LossOverContextLength, IsTheLossOfTheStepOnTheFirstExamples) {
  const Batch prompts = evaluation_tasks(small_task(), 50, 7, at::kDouble);
  const auto losses =
      loss_over_context_length(one_step_model(), TokenLayout::kInterleaved, prompts);
  ASSERT_EQ(losses.size(), 4U);
  for (int64_t examples = 1; examples <= 4; ++examples) {
    const Result expected = measure_loss(one_step_predictions(prompts, examples), prompts.targets);
    EXPECT_NEAR(losses[static_cast<std::size_t>(examples - 1)].value, expected.value, 1e-12);
  }
}

}  // namespace
}  // namespace gril

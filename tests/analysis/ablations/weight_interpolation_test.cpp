#include "gril/analysis/ablations/weight_interpolation.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/analysis/descent_model.h"
#include "tests/analysis/steps/stack_example.h"

namespace gril {
namespace {

const PromptSample kSample{.prompts = 100, .seed = 3};
constexpr double kExact = 1e-12;

double loss_of(const SequenceModel& model, const LinearRegression& task) {
  double sum = 0.0;
  for_each_batch(task, kSample, [&](const Prompts& batch) {
    sum +=
        prompt_losses(query_predictions(model, batch.tokens), batch.targets).sum().item<double>();
  });
  return sum / static_cast<double>(kSample.prompts);
}

/// Constant at every point, and the same as the model's own loss.
void expect_flat(const SequenceModel& model, const LinearRegression& task, double step_size) {
  ASSERT_FALSE(interpolation_obstacle(model, task).has_value());
  const WeightInterpolation line = interpolate_weights(model, task, step_size, kSample);
  ASSERT_EQ(line.losses.size(), 11U);
  for (const double loss : line.losses) EXPECT_NEAR(loss, loss_of(model, task), 1e-10);
  EXPECT_NEAR(barrier(line), 0.0, 1e-10);
}

TEST(WeightInterpolation, IsFlatWhereOnlyScalesDiffer) {
  const LinearRegression task = small_task();
  const auto model = descent_model(task, 3.0);
  const at::NoGradGuard no_gradients;
  auto weights = model->named_parameters();
  weights["layers.0.offset_weights"].mul_(-4.0);
  weights["layers.0.query_offsets"].mul_(0.5);
  weights["layers.0.readout"].mul_(-0.5);
  expect_flat(*model, task, 3.0);
}

/// One head of learned maps whose basis is not the construction's.
std::shared_ptr<SequenceModel> step_in_another_basis(const LinearRegression& task, double rate) {
  const LinearRegressionOptions& o = task.options();
  const Json layer = {{"kind", "gril"},           {"input_size", task.token_width()},
                      {"output_size", o.outputs}, {"value_size", o.outputs},
                      {"key_size", o.inputs},     {"decay", "per_head"}};
  auto model = std::make_shared<SequenceModel>(Json{{"layers", {layer}}}, "test");
  model->to(torch::kFloat64);
  const at::NoGradGuard no_gradients;
  auto weights = model->named_parameters();
  const auto basis = [](int64_t size, double turn) {
    return at::eye(size, at::kDouble) + turn * at::ones({size, size}, at::kDouble).triu();
  };
  const torch::Tensor y = basis(o.outputs, 0.3);
  const torch::Tensor z = basis(o.inputs, -0.2);
  const torch::Tensor token = at::eye(task.token_width(), at::kDouble);
  weights["layers.0.value_map"].copy_(at::mm(y, token.narrow(0, o.inputs, o.outputs)));
  weights["layers.0.key_map"].copy_(at::mm(z, token.narrow(0, 0, o.inputs)));
  weights["layers.0.query_map"].copy_(
      at::mm(z.inverse().t(), token.narrow(0, o.inputs + o.outputs, o.inputs)));
  weights["layers.0.readout"].copy_(y.inverse() * (rate / static_cast<double>(o.examples) / 6.0));
  weights["layers.0.offset_weights"].fill_(-3.0);
  weights["layers.0.query_offsets"].fill_(-2.0);
  weights["layers.0.log_decay_rate"].fill_(-50.0);
  return model;
}

TEST(WeightInterpolation, IsFlatWhereOnlyTheBasisDiffers) {
  const LinearRegression task = stack_task(3);
  expect_flat(*step_in_another_basis(task, 4.0), task, 4.0);
}

TEST(WeightInterpolation, EndsAtTheConstructionAndStartsAtTheModel) {
  const LinearRegression task = stack_task(3);
  const auto model = step_in_another_basis(task, 4.0);
  const at::NoGradGuard no_gradients;
  model->named_parameters()["layers.0.key_map"][0][4] = 0.3;
  model->named_parameters()["layers.0.log_decay_rate"].fill_(-3.0);
  const WeightInterpolation line = interpolate_weights(*model, task, 5.0, kSample);
  EXPECT_NEAR(line.losses.front(), loss_of(*model, task), kExact);
  EXPECT_NEAR(line.losses.back(), loss_of(*constructed_stack(task, {5.0}), task), kExact);
  EXPECT_NE(line.losses.front(), line.losses.back());
}

TEST(WeightInterpolation, BarrierIsTheHeightAboveTheStraightLine) {
  const WeightInterpolation line{
      .step_size = 1.0, .positions = {0.0, 0.5, 1.0}, .losses = {0.2, 0.5, 0.4}};
  EXPECT_NEAR(barrier(line), 1.0, kExact) << "(0.5 - 0.3) / 0.2";
}

TEST(WeightInterpolation, SaysWhereItDoesNotApply) {
  const LinearRegression task = stack_task(2);
  EXPECT_EQ(interpolation_obstacle(*constructed_stack(task, {1.0, 2.0}), task).value_or(""),
            "the model has 4 layers; the basis of the stream between them is not known");
  const auto reason = [&](const Json& options) {
    Json layer = {{"kind", "gril"}, {"input_size", 6}, {"output_size", 2}};
    layer.update(options);
    return interpolation_obstacle(SequenceModel({{"layers", {layer}}}, "test"), task).value_or("");
  };
  EXPECT_EQ(reason({{"window", 2}}), "tied maps of several offsets are not those of one example");
  EXPECT_EQ(reason({{"heads", 2}}),
            "the layer has 2 heads with 3 values and 3 keys, the construction one with 2 and 2");
  EXPECT_EQ(reason({{"value_size", 2}, {"key_size", 2}}),
            "a decay of every state element ties the basis of values and keys");
  EXPECT_EQ(reason({{"decay", "fixed"}, {"normalisation", "count"}}),
            "the layer divides its readings, the construction does not");
  EXPECT_EQ(reason({{"initial_weights", true}}),
            "the layer adds W_0 q, the construction starts from W_0 = 0");
}

}  // namespace
}  // namespace gril

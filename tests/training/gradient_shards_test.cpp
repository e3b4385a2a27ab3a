#include "gril/training/gradient_shards.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/training/small_experiment.h"

namespace gril {
namespace {

constexpr Scoring kMarked{.loss = LossKind::kMeanSquaredError, .positions = Positions::kMarked};

TrainConfig sharded_config(int64_t shards) {
  Json tree = small_experiment();
  tree["dtype"] = "float64";
  tree["training"]["shards"] = shards;
  return read_train_config(tree, "test");
}

/// Loss and gradient of batches in this many shards.
std::pair<double, torch::Tensor> with_shards(int64_t shards, const Scoring& scoring,
                                             const std::vector<Batch>& batches) {
  const TrainConfig config = sharded_config(shards);
  const auto model = make_model(config);
  const ParameterGroups groups(*model);
  GradientShards gradient(config, scoring, *model, groups);
  gradient.loss_and_gradients(batches, 0);  // a second call starts from zero again
  const double loss = gradient.loss_and_gradients(batches, 0);
  return {loss, groups.gradients().clone()};
}

void expect_shards_equal_the_whole(const Scoring& scoring, const Batch& batch) {
  const auto [loss, gradient] = with_shards(1, scoring, {batch});
  for (const int64_t shards : {2, 3, 10}) {
    const auto [sharded_loss, sharded_gradient] = with_shards(shards, scoring, {batch});
    EXPECT_NEAR(sharded_loss, loss, 1e-14) << shards;
    EXPECT_TRUE(at::allclose(sharded_gradient, gradient, 1e-12, 1e-14)) << shards;
  }
}

TEST(GradientShards, EqualTheWholeBatch) {
  const auto task = sharded_config(1).task;
  expect_shards_equal_the_whole(task->scoring(), task->sample(10, 5, at::kDouble));
}

/// Sequence b of ten has b marked tokens out of nine: none in the first.
Batch unevenly_marked() {
  const auto task = sharded_config(1).task;
  const torch::Tensor tokens = task->sample(10, 5, at::kDouble).tokens;
  return {.tokens = tokens,
          .targets = tokens.flip({1}),
          .marked = at::arange(9).unsqueeze(0) < at::arange(10).unsqueeze(1)};
}

TEST(GradientShards, WeighPartsByTheOutputsThatCount) {
  expect_shards_equal_the_whole(kMarked, unevenly_marked());
}

TEST(GradientShards, BatchesOfAStepAreOneLargeBatch) {
  const Batch whole = unevenly_marked();
  const std::vector<Batch> parts = {batch_rows(whole, 0, 1), batch_rows(whole, 1, 5),
                                    batch_rows(whole, 6, 4)};
  const auto [loss, gradient] = with_shards(1, kMarked, {whole});
  for (const int64_t shards : {1, 2}) {
    const auto [accumulated_loss, accumulated_gradient] = with_shards(shards, kMarked, parts);
    EXPECT_NEAR(accumulated_loss, loss, 1e-14) << shards;
    EXPECT_TRUE(at::allclose(accumulated_gradient, gradient, 1e-12, 1e-14)) << shards;
  }
}

TEST(GradientShards, DrawNoiseFromTheSeedAndLeaveTheModelWithoutIt) {
  for (const int64_t shards : {1, 2}) {
    Json tree = small_experiment();
    tree["training"]["shards"] = shards;
    tree["model"]["layers"].push_back({{"kind", "dropout"}, {"input_size", 2}, {"share", 0.5}});
    const TrainConfig config = read_train_config(tree, "test");
    const auto model = make_model(config);
    const auto task = config.task;
    const ParameterGroups groups(*model);
    GradientShards gradient(config, task->scoring(), *model, groups);
    const Batch batch = task->sample(16, 5, config.dtype);
    const torch::Tensor before = model->forward(batch.tokens, {}).output;
    const double loss = gradient.loss_and_gradients({batch}, 7);
    EXPECT_EQ(gradient.loss_and_gradients({batch}, 7), loss) << shards;
    EXPECT_NE(gradient.loss_and_gradients({batch}, 8), loss) << shards;
    EXPECT_TRUE(at::equal(model->forward(batch.tokens, {}).output, before)) << shards;
  }
}

TEST(GradientShards, RefuseABatchWhereNothingCounts) {
  Batch batch = unevenly_marked();
  batch.marked.zero_();
  EXPECT_EQ(error_text<InvalidArgument>([&] { with_shards(2, kMarked, {batch}); }),
            "[train] a batch must have an output that counts; got none.");
}

TEST(GradientShards, FollowTheValuesOfTheTrainedModel) {
  const TrainConfig config = small_config({{"shards", 2}});
  const auto model = make_model(config);
  const ParameterGroups groups(*model);
  GradientShards gradient(config, config.task->scoring(), *model, groups);
  const Batch batch = config.task->sample(16, 5, config.dtype);
  const double before = gradient.loss_and_gradients({batch}, 0);
  torch::Tensor values = groups.values();
  values.mul_(0.0);
  // Without weights the prediction is 0, in every shard.
  EXPECT_NEAR(gradient.loss_and_gradients({batch}, 0),
              0.5 * batch.targets.square().mean().item<double>(), 1e-7);
  EXPECT_NE(before, gradient.loss_and_gradients({batch}, 0));
}

TEST(GradientShards, ThrowWhatAPartThrew) {
  const TrainConfig config = small_config({{"shards", 2}});
  const auto model = make_model(config);
  const ParameterGroups groups(*model);
  GradientShards gradient(config, config.task->scoring(), *model, groups);
  Batch batch = config.task->sample(16, 5, config.dtype);
  batch.tokens = batch.tokens.to(at::kDouble);
  EXPECT_THROW(gradient.loss_and_gradients({batch}, 0), c10::Error);
}

}  // namespace
}  // namespace gril

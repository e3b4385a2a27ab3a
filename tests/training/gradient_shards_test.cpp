#include "gril/training/gradient_shards.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/training/small_experiment.h"

namespace gril {
namespace {

/// Loss and gradient of one batch of 10 prompts in this many shards.
std::pair<double, torch::Tensor> with_shards(int64_t shards) {
  Json tree = small_experiment();
  tree["dtype"] = "float64";
  tree["training"]["shards"] = shards;
  const TrainConfig config = read_train_config(tree, "test");
  const auto model = make_model(config);
  const ParameterGroups groups(*model);
  GradientShards gradient(config, *model, groups);
  const Batch batch = make_task(config)->sample(10, 5, config.dtype);
  gradient.loss_and_gradients(batch);  // a second call starts from zero again
  const double loss = gradient.loss_and_gradients(batch);
  return {loss, groups.gradients().clone()};
}

TEST(GradientShards, EqualTheWholeBatch) {
  const auto [loss, gradient] = with_shards(1);
  for (const int64_t shards : {2, 3, 10}) {
    const auto [sharded_loss, sharded_gradient] = with_shards(shards);
    EXPECT_NEAR(sharded_loss, loss, 1e-14) << shards;
    EXPECT_TRUE(at::allclose(sharded_gradient, gradient, 1e-12, 1e-14)) << shards;
  }
}

TEST(GradientShards, FollowTheValuesOfTheTrainedModel) {
  const TrainConfig config = small_config({{"shards", 2}});
  const auto model = make_model(config);
  const ParameterGroups groups(*model);
  GradientShards gradient(config, *model, groups);
  const Batch batch = make_task(config)->sample(16, 5, config.dtype);
  const double before = gradient.loss_and_gradients(batch);
  torch::Tensor values = groups.values();
  values.mul_(0.0);
  // Without weights the prediction is 0, in every shard.
  EXPECT_NEAR(gradient.loss_and_gradients(batch),
              0.5 * batch.targets.square().mean().item<double>(), 1e-7);
  EXPECT_NE(before, gradient.loss_and_gradients(batch));
}

TEST(GradientShards, ThrowWhatAPartThrew) {
  const TrainConfig config = small_config({{"shards", 2}});
  const auto model = make_model(config);
  const ParameterGroups groups(*model);
  GradientShards gradient(config, *model, groups);
  Batch batch = make_task(config)->sample(16, 5, config.dtype);
  batch.tokens = batch.tokens.to(at::kDouble);
  EXPECT_THROW(gradient.loss_and_gradients(batch), c10::Error);
}

}  // namespace
}  // namespace gril

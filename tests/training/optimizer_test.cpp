#include "gril/training/optimizer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/training/small_experiment.h"

namespace gril {
namespace {

/// A model with its groups and optimizer, gradients set by the test.
struct Trained {
  explicit Trained(const TrainConfig& config)
      : model(make_model(config)), groups(*model), optimizer(groups, config.training) {}

  void step(double gradient, double factor) {
    torch::Tensor gradients = groups.gradients();
    gradients.fill_(gradient);
    optimizer.step(factor);
  }

  std::shared_ptr<SequenceModel> model;
  ParameterGroups groups;
  GroupOptimizer optimizer;
};

TEST(GroupOptimizer, FollowsAdamWWithOneRatePerGroup) {
  const TrainConfig config = small_config(
      {{"learning_rate", 0.1}, {"recurrence_learning_rate", 0.01}, {"weight_decay", 0.5}});
  Trained trained(config);
  const torch::Tensor recurrence = trained.groups.groups()[0].values.to(at::kDouble);
  const torch::Tensor others = trained.groups.groups()[1].values.to(at::kDouble);
  trained.step(0.3, 0.5);
  // The first step of Adam moves by the rate in the direction of the gradient.
  EXPECT_TRUE(at::allclose(trained.groups.groups()[0].values.to(at::kDouble),
                           recurrence - 0.5 * 0.01, 1e-5, 1e-6));
  EXPECT_TRUE(at::allclose(trained.groups.groups()[1].values.to(at::kDouble),
                           others * (1 - 0.05 * 0.5) - 0.05, 1e-5, 1e-6));
}

TEST(GroupOptimizer, MomentsAreDecayedAverages) {
  Trained trained(small_config({{"beta1", 0.9}, {"beta2", 0.99}}));
  EXPECT_EQ(trained.optimizer.moments().first.abs().sum().item<float>(), 0.0F);
  trained.step(1.0, 1.0);
  trained.step(2.0, 1.0);
  const auto moments = trained.optimizer.moments();
  EXPECT_NEAR(moments.first[0].item<double>(), 0.9 * 0.1 + 0.1 * 2, 1e-6);
  EXPECT_NEAR(moments.second[0].item<double>(), 0.99 * 0.01 + 0.01 * 4, 1e-6);
}

TEST(GroupOptimizer, RestoredContinuesWithTheSameBits) {
  const TrainConfig config = small_config();
  Trained undisturbed(config);
  undisturbed.step(0.3, 1.0);
  undisturbed.step(-0.2, 1.0);
  Trained restored(config);
  torch::Tensor values = restored.groups.values();
  values.copy_(undisturbed.groups.values());
  restored.optimizer.restore(undisturbed.optimizer.moments(), 2);
  EXPECT_TRUE(at::equal(restored.groups.values(), undisturbed.groups.values()));
  undisturbed.step(0.7, 0.5);
  restored.step(0.7, 0.5);
  EXPECT_TRUE(at::equal(restored.groups.values(), undisturbed.groups.values()));
  EXPECT_TRUE(
      at::equal(restored.optimizer.moments().second, undisturbed.optimizer.moments().second));
}

TEST(ClipGradients, ScalesToTheBoundAndTellsTheNormBefore) {
  const torch::Tensor gradients = at::tensor({3.0, 4.0}, at::kDouble);
  EXPECT_DOUBLE_EQ(clip_gradients(gradients, 10.0), 5.0);
  EXPECT_DOUBLE_EQ(gradients[1].item<double>(), 4.0);
  EXPECT_DOUBLE_EQ(clip_gradients(gradients, 0.0), 5.0);
  EXPECT_DOUBLE_EQ(gradients[1].item<double>(), 4.0);
  EXPECT_DOUBLE_EQ(clip_gradients(gradients, 1.0), 5.0);
  EXPECT_DOUBLE_EQ(gradients[0].item<double>(), 0.6);
  EXPECT_DOUBLE_EQ(gradients[1].item<double>(), 0.8);
}

TEST(ClipGradients, LeavesInfiniteGradientsForTheCallerToSee) {
  const torch::Tensor gradients =
      at::tensor({1.0, std::numeric_limits<double>::infinity()}, at::kDouble);
  EXPECT_TRUE(std::isinf(clip_gradients(gradients, 1.0)));
  EXPECT_DOUBLE_EQ(gradients[0].item<double>(), 1.0);
}

}  // namespace
}  // namespace gril

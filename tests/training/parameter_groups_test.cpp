#include "gril/training/parameter_groups.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/evaluation/loss.h"
#include "tests/training/small_experiment.h"

namespace gril {
namespace {

torch::Tensor loss_of(const SequenceModel& model, const Batch& batch) {
  const torch::Tensor output = model.forward(batch.tokens, {}).output;
  return half_squared_error(output.select(1, output.size(1) - 1), batch.targets);
}

TEST(ParameterGroups, RecurrenceStandsApartAndNothingIsLost) {
  const auto model = make_model(small_config());
  const ParameterGroups groups(*model);
  ASSERT_EQ(groups.groups().size(), 2U);
  EXPECT_EQ(groups.groups()[0].name, "recurrence");
  ASSERT_EQ(groups.groups()[0].members.size(), 1U);
  EXPECT_EQ(groups.groups()[0].members[0].name, "layers.0.log_decay_rate");
  EXPECT_EQ(groups.groups()[1].name, "others");
  EXPECT_EQ(groups.groups()[1].members.size(), 3U);
  // 4 decays, 9 + 3 offset weights, 4 readout weights.
  EXPECT_EQ(groups.values().numel(), 20);
}

TEST(ParameterGroups, ModelsWithoutARecurrenceHaveOneGroup) {
  Json tree = small_experiment();
  tree["model"]["layers"][0]["decay"] = "fixed";
  const auto model = make_model(read_train_config(tree, "test"));
  const ParameterGroups groups(*model);
  ASSERT_EQ(groups.groups().size(), 1U);
  EXPECT_EQ(groups.groups()[0].name, "others");
}

TEST(ParameterGroups, ValuesAndGradientsAreThoseOfTheModel) {
  const TrainConfig config = small_config();
  const auto model = make_model(config);
  const auto untouched = make_model(config);
  const ParameterGroups groups(*model);
  const Batch batch = config.task->sample(8, 5, config.dtype);
  loss_of(*model, batch).backward();
  loss_of(*untouched, batch).backward();
  const auto expected = untouched->named_parameters();
  for (const ParameterGroup& group : groups.groups()) {
    for (const auto& member : group.members) {
      const torch::Tensor& parameter = expected[member.name];
      const auto part = [&](const torch::Tensor& flat) {
        return flat.narrow(0, member.offset, member.size).view(parameter.sizes());
      };
      EXPECT_TRUE(at::equal(part(group.values), parameter)) << member.name;
      EXPECT_TRUE(at::equal(part(group.gradients), parameter.grad())) << member.name;
    }
  }
}

TEST(ParameterGroups, MovingTheFlatValuesMovesTheModel) {
  const auto model = make_model(small_config());
  const ParameterGroups groups(*model);
  const torch::Tensor readout = model->named_parameters()["layers.0.readout"];
  const torch::Tensor before = readout.detach().clone();
  const at::NoGradGuard no_grad;
  torch::Tensor values = groups.values();
  values.add_(1.0);
  EXPECT_TRUE(at::allclose(readout, before + 1.0));
}

TEST(ParameterGroups, NamesTheFirstParameterWhoseGradientIsNotFinite) {
  const auto model = make_model(small_config());
  const ParameterGroups groups(*model);
  EXPECT_EQ(groups.first_not_finite(), "");
  torch::Tensor gradients = groups.gradients();
  gradients[-1] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(groups.first_not_finite(), groups.groups()[1].members.back().name);
  gradients[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(groups.first_not_finite(), "layers.0.log_decay_rate");
}

}  // namespace
}  // namespace gril

// Truncated backpropagation: what batches that go on inherit from the batch before.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "gril/evaluation/loss.h"
#include "gril/training/gradient_shards.h"
#include "gril/training/training_state.h"
#include "tests/support/temporary_folder.h"
#include "tests/training/small_experiment.h"

namespace gril {
namespace {

constexpr Scoring kEvery{.loss = LossKind::kMeanSquaredError, .positions = Positions::kEvery};

/// An LSTM behind a GRIL layer: states of several tensors of different shapes.
TrainConfig stacked_config(int64_t shards) {
  Json tree = small_experiment();
  tree["dtype"] = "float64";
  tree["training"]["shards"] = shards;
  tree["model"]["layers"].push_back({{"kind", "lstm"}, {"input_size", 2}, {"state_size", 2}});
  return read_train_config(tree, "test");
}

/// A model in training, whose batches are pieces of six sequences of random tokens.
struct Training {
  explicit Training(int64_t shards)
      : config(stacked_config(shards)),
        model(make_model(config)),
        groups(*model),
        gradient(config, kEvery, *model, groups) {}

  /// Gradient of piece `index`, five tokens.
  torch::Tensor operator()(int64_t index, bool continues) {
    gradient.loss_and_gradients({piece(index, continues)}, 0);
    return groups.gradients().clone();
  }

  static Batch piece(int64_t index, bool continues) {
    const at::Generator generator =
        at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(index) + 1);
    return {.tokens = at::randn({6, 5, 2}, generator, at::kDouble),
            .targets = at::randn({6, 5, 2}, generator, at::kDouble),
            .continues = continues};
  }

  TrainConfig config;
  std::shared_ptr<SequenceModel> model;
  ParameterGroups groups;
  GradientShards gradient;
};

/// The same by hand: piece 1 from a state that has no gradient.
torch::Tensor gradient_from(Training& training, const LayerState& state) {
  training.groups.gradients().zero_();
  const Batch batch = Training::piece(1, false);
  scored_loss(kEvery, training.model->forward(batch.tokens, state).output, batch).backward();
  return training.groups.gradients().clone();
}

TEST(CarriedState, ABatchThatContinuesStartsFromTheDetachedStateOfTheOneBefore) {
  for (const int64_t shards : {1, 2, 4}) {
    Training training(shards);
    training(0, false);
    const torch::Tensor continued = training(1, true);
    LayerState state = training.model->forward(Training::piece(0, false).tokens, {}).state;
    for (torch::Tensor& tensor : state) tensor = tensor.detach();
    EXPECT_TRUE(at::allclose(continued, gradient_from(training, state), 1e-11, 1e-13)) << shards;
    EXPECT_FALSE(at::allclose(continued, gradient_from(training, {}), 1e-3)) << shards;
  }
}

TEST(CarriedState, ABatchThatDoesNotContinueStartsAfresh) {
  for (const int64_t shards : {1, 2}) {
    Training training(shards);
    const torch::Tensor fresh = training(1, false);
    training(0, false);
    EXPECT_TRUE(at::equal(training(1, false), fresh)) << shards;
  }
}

TEST(CarriedState, BatchesOfOneStepContinueEachOther) {
  Training apart(2);
  const torch::Tensor first = apart(0, false);
  const torch::Tensor second = apart(1, true);
  Training together(2);
  together.gradient.loss_and_gradients({Training::piece(0, false), Training::piece(1, true)}, 0);
  EXPECT_TRUE(at::allclose(together.groups.gradients(), (first + second) / 2, 1e-12, 1e-14));
}

TEST(CarriedState, GoesOnFromAFileWithTheSameBits) {
  const TemporaryFolder folder;
  for (const int64_t shards : {1, 2, 3}) {
    Training undisturbed(shards);
    undisturbed(0, false);
    undisturbed(1, true);
    TrainingState saved;
    saved.config = Json::object();
    saved.parameters = saved.first_moment = saved.second_moment = undisturbed.groups.values();
    saved.state = undisturbed.gradient.state();
    EXPECT_GT(saved.state.size(), 2U);
    save_training_state(folder / "state", saved);
    Training resumed(shards);
    resumed.gradient.set_state(load_training_state(folder / "state").state);
    for (const int64_t index : {2, 3}) {
      EXPECT_TRUE(at::equal(resumed(index, true), undisturbed(index, true))) << shards;
    }
  }
}

}  // namespace
}  // namespace gril

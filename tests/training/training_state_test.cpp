#include "gril/training/training_state.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/error.h"
#include "gril/base/safetensors.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

TrainingState example() {
  TrainingState state;
  state.step = 12;
  state.loss_sum = 0.1;
  state.config = {{"seed", 3}};
  state.parameters = at::arange(3, at::kDouble) / 7;
  state.first_moment = at::arange(3, at::kDouble) / 11;
  state.second_moment = at::arange(3, at::kDouble) / 13;
  state.evaluations_since_best = 2;
  state.average = at::arange(3, at::kDouble) / 17;
  state.state = {at::arange(4, at::kDouble).view({2, 2}) / 19, at::arange(2, at::kLong)};
  return state;
}

std::string message_without(const std::string& tensor, const std::string& metadata) {
  const TemporaryFolder folder;
  const auto path = folder / "state.safetensors";
  save_training_state(path, example());
  SafetensorsFile file = read_safetensors(path);
  file.tensors.erase(tensor);
  file.metadata.erase(metadata);
  write_safetensors(path, file);
  std::string text = error_text<InvalidFile>([&] { load_training_state(path); });
  const auto place = text.find(path.string());
  if (place != std::string::npos) text.replace(place, path.string().size(), "PATH");
  return text;
}

TEST(TrainingState, ReadsBackBitForBit) {
  const TemporaryFolder folder;
  save_training_state(folder / "state.safetensors", example());
  const TrainingState state = load_training_state(folder / "state.safetensors");
  EXPECT_EQ(state.step, 12);
  EXPECT_EQ(state.loss_sum, 0.1);
  EXPECT_TRUE(std::isinf(state.best_loss));
  EXPECT_EQ(state.config, example().config);
  EXPECT_TRUE(at::equal(state.parameters, example().parameters));
  EXPECT_TRUE(at::equal(state.first_moment, example().first_moment));
  EXPECT_TRUE(at::equal(state.second_moment, example().second_moment));
  EXPECT_EQ(state.evaluations_since_best, 2);
  EXPECT_TRUE(at::equal(state.average, example().average));
  ASSERT_EQ(state.state.size(), 2U);
  EXPECT_TRUE(at::equal(state.state[0], example().state[0]));
  EXPECT_TRUE(at::equal(state.state[1], example().state[1]));
}

TEST(TrainingState, HasNoAverageAndNoStateWhereTheTrainingHasNone) {
  const TemporaryFolder folder;
  TrainingState bare = example();
  bare.average = torch::Tensor();
  bare.state = {};
  save_training_state(folder / "state.safetensors", bare);
  const TrainingState state = load_training_state(folder / "state.safetensors");
  EXPECT_FALSE(state.average.defined());
  EXPECT_TRUE(state.state.empty());
}

TEST(TrainingState, RefusesAnAverageOfOtherParameters) {
  const TemporaryFolder folder;
  const auto path = folder / "state.safetensors";
  TrainingState wrong = example();
  wrong.average = at::zeros({4}, at::kDouble);
  save_training_state(path, wrong);
  EXPECT_EQ(error_text<InvalidFile>([&] { load_training_state(path); }),
            "[training_state] " + path.string() +
                ": the average must have the shape of the parameters, [3]; got [4].");
}

TEST(TrainingState, IsFinishedAtTheLastStepOrAfterEvaluationsInVain) {
  TrainingState state = example();
  EXPECT_FALSE(is_finished({.steps = 13, .stop_after = 3}, state));
  EXPECT_FALSE(is_finished({.steps = 13}, state));
  EXPECT_TRUE(is_finished({.steps = 13, .stop_after = 2}, state));
  EXPECT_TRUE(is_finished({.steps = 12}, state));
}

TEST(TrainingState, RefusesFilesThatAreNotAState) {
  EXPECT_EQ(message_without("first_moment", ""),
            "[training_state] PATH: the tensor \"first_moment\" is missing.");
  EXPECT_EQ(message_without("", "gril_training"),
            "[training_state] PATH: the metadata has no \"gril_training\"; this is not a training "
            "state.");
  EXPECT_EQ(message_without("", "gril_format"),
            "[training_state] PATH: the metadata has no \"gril_format\"; this is not a training "
            "state.");
}

TEST(TrainingState, RefusesDamagedFigures) {
  const TemporaryFolder folder;
  const auto path = folder / "state.safetensors";
  save_training_state(path, example());
  SafetensorsFile file = read_safetensors(path);
  file.metadata["gril_training"] = R"({"step": -4})";
  write_safetensors(path, file);
  EXPECT_EQ(error_text<InvalidFile>([&] { load_training_state(path); }),
            "[training_state] " + path.string() + ": gril_training has no proper \"step\".");
  const std::string deep(100000, '[');
  file.metadata["gril_training"] = R"({"config": )" + deep + std::string(deep.size(), ']') + "}";
  write_safetensors(path, file);
  EXPECT_EQ(error_text<InvalidFile>([&] { load_training_state(path); }),
            "[training_state] " + path.string() +
                ": gril_training may be nested 100 levels deep; got more.");
}

TEST(TrainingState, SaysWhenThereIsNone) {
  EXPECT_EQ(error_text<InvalidFile>([] { load_training_state("/nowhere/state.safetensors"); }),
            "[training_state] /nowhere/state.safetensors: there is no such file. The run made no "
            "checkpoint; start it afresh.");
}

}  // namespace
}  // namespace gril

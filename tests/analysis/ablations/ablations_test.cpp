#include "gril/analysis/ablations/ablations.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/analysis/descent_model.h"
#include "tests/analysis/steps/stack_example.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

const PromptSample kSample{.prompts = 100, .seed = 3};
constexpr BootstrapOptions kBootstrap{.samples = 20};

const Ablation& named(const Ablations& found, const std::string& name, int64_t layer = 1) {
  const auto place =
      std::find_if(found.ablations.begin(), found.ablations.end(),
                   [&](const Ablation& a) { return a.name == name && a.layer == layer; });
  TORCH_CHECK(place != found.ablations.end(), "no ablation ", name);
  return *place;
}

// The construction uses one entry of M and one of Dq: it keeps its loss without the others, and
// without those it answers 0.
TEST(Ablations, OfTheConstructionKeepTheTargetAlone) {
  const LinearRegression task = small_task();
  const Ablations found = ablate(*descent_model(task, 3.0), task, kSample, kBootstrap);
  EXPECT_EQ(found.layers, 1);
  for (const Ablation& ablation : found.ablations) {
    if (ablation.entry && !ablation.target) {
      EXPECT_NEAR(ablation.loss.value, found.null_loss, 1e-12) << ablation.name;
    } else {
      EXPECT_NEAR(ablation.ratio.value, 1.0, 1e-12) << ablation.name;
    }
  }
  EXPECT_TRUE(named(found, "window_1_2_only").target);
  EXPECT_TRUE(named(found, "query_0_only").target);
  EXPECT_EQ(found.ablations.size(), 9U + 3U + 2U) << "M, Dq, decay, readout";
}

TEST(Ablations, UndoWhatWasDoneToTheConstruction) {
  const LinearRegression task = small_task();
  const auto model = descent_model(task, 3.0);
  const double clean = ablate(*model, task, kSample, kBootstrap).loss.value;
  const at::NoGradGuard no_gradients;
  auto weights = model->named_parameters();
  const auto expect_undone = [&](const std::string& name) {
    const Ablations found = ablate(*model, task, kSample, kBootstrap);
    EXPECT_GT(std::abs(found.loss.value - clean), 1e-4) << name;
    EXPECT_NEAR(named(found, name).loss.value, clean, 1e-12) << name;
  };
  model->named_buffers()["layers.0.decay"].fill_(0.5);
  expect_undone("decay_one");
  model->named_buffers()["layers.0.decay"].fill_(1.0);
  weights["layers.0.readout"][0][2] = 0.5;
  expect_undone("readout_diagonal");
  weights["layers.0.readout"][0][2] = 0.0;
  weights["layers.0.offset_weights"][0][1] = 0.5;
  expect_undone("window_1_2_only");
  weights["layers.0.offset_weights"][0][1] = 0.0;
  weights["layers.0.query_offsets"][1] = 0.5;
  expect_undone("query_0_only");
}

TEST(Ablations, LeaveTheModelAsItIs) {
  const LinearRegression task = stack_task(2);
  const auto model = random_stack(task, 2, 2);
  const torch::Tensor tokens = task.sample(3, 1, torch::kFloat64).tokens;
  const torch::Tensor before = model->forward(tokens, {}).output;
  ablate(*model, task, kSample, kBootstrap);
  EXPECT_TRUE(testing::has_same_bits("outputs", model->forward(tokens, {}).output, before));
}

TEST(Ablations, WithoutALayerTheStackIsThatOfTheOtherSteps) {
  const LinearRegression task = stack_task(3);
  const Ablations found = ablate(*constructed_stack(task, {4.0, 11.5}), task, kSample, kBootstrap);
  // The first layer makes the last step; what is left is one step of the other size.
  const Ablations one = ablate(*constructed_stack(task, {4.0}), task, kSample, kBootstrap);
  EXPECT_NEAR(named(found, "layer_removed", 1).loss.value, one.loss.value, 1e-12);
  EXPECT_NEAR(named(found, "layer_removed", 2).loss.value, found.null_loss, 1e-12);
}

/// Head h of two alone is what is left without the other one: both parts sum to the whole.
TEST(LayerEdits, HeadsOfOneLayerAdd) {
  const LinearRegression task = stack_task(2);
  const Json layer = {{"kind", "gril"}, {"input_size", 6}, {"output_size", 2},       {"heads", 2},
                      {"key_size", 3},  {"value_size", 2}, {"initial_weights", true}};
  const SequenceModel model({{"layers", {layer}}}, "test");
  const torch::Tensor tokens = task.sample(3, 1, torch::kFloat64).tokens;
  torch::Tensor sum = at::zeros({3, 10, 2}, at::kDouble);
  for (const LayerEdit& edit : layer_edits(model, task)) {
    if (edit.name.rfind("head", 0) == 0)
      sum = sum + edited(model, edit)->forward(tokens, {}).output;
  }
  SequenceModel exact(model.config(), "test");
  exact.to(torch::kFloat64);
  EXPECT_TRUE(testing::agrees("sum", sum, exact.forward(tokens, {}).output, 1e-12));
}

/// In an untied layer an entry is the value map of one offset and the key map of another.
TEST(LayerEdits, EntriesOfAnUntiedLayerAdd) {
  const LinearRegression task = small_task();
  const Json layer = {
      {"kind", "gril"}, {"input_size", 4}, {"output_size", 4}, {"window", 2}, {"tied", false}};
  const SequenceModel model({{"layers", {layer}}}, "test");
  const torch::Tensor tokens = task.sample(3, 1, torch::kFloat64).tokens;
  torch::Tensor sum = at::zeros({3, tokens.size(1), 4}, at::kDouble);
  for (const LayerEdit& edit : layer_edits(model, task)) {
    if (edit.name.rfind("window", 0) == 0) {
      sum = sum + edited(model, edit)->forward(tokens, {}).output;
    }
  }
  SequenceModel exact(model.config(), "test");
  exact.to(torch::kFloat64);
  EXPECT_TRUE(testing::agrees("sum", sum, exact.forward(tokens, {}).output, 1e-12));
}

}  // namespace
}  // namespace gril

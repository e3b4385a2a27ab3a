#include "gril/models/sequence_model.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>

#include "gril/base/error.h"
#include "gril/base/nearest_word.h"
#include "gril/models/layer_registry.h"
#include "gril/models/model_size.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"

namespace gril {
namespace {

const char* const kStack = R"({"layers": [
    {"kind": "gril", "input_size": 4, "output_size": 3, "window": 2, "stride": 2},
    {"kind": "gated_linear_rnn", "input_size": 3, "output_size": 2, "state_size": 4, "gate_size": 3},
    {"kind": "linear_attention", "input_size": 2}]})";

SequenceModel model_of(const std::string& json) { return {Json::parse(json), "experiment.toml"}; }

std::string refusal(const std::string& json) {
  return error_text<InvalidArgument>([&] { model_of(json); });
}

TEST(SequenceModel, ObeysTheLawsOfItsLayers) {
  SequenceModel model = model_of(kStack);
  model.to(at::kDouble);
  model.initialize(5);
  testing::expect_pieces_equal_whole(model, {1, 64, 2, 3});
  testing::expect_steps_equal_whole(model, 9);
  testing::expect_layer_gradients_equal_central_differences(model, 5);
  testing::expect_empty_batch_works(model);
  testing::expect_initialization_depends_on_seed_alone(model);
  testing::expect_recurrence_parameters_exist(model);
}

TEST(SequenceModel, ResolvedConfigurationHoldsEveryOptionAndBuildsTheSameModel) {
  const SequenceModel model = model_of(kStack);
  const SequenceModel again(model.config(), "again");
  EXPECT_EQ(again.config(), model.config());
  EXPECT_EQ(model.config()["layers"][0]["kind"], "gril");
  EXPECT_EQ(model.config()["layers"][0]["value_size"], 4);
  EXPECT_EQ(model.config()["layers"][2]["output_size"], 2);
  EXPECT_EQ(again.input_size(), 4);
  EXPECT_EQ(again.output_size(), 2);
}

TEST(SequenceModel, ConfigurationsWithoutAnEigenvalueFormTrainTheEigenvalues) {
  const SequenceModel model = model_of(R"({"layers": [{"kind": "gated_linear_rnn", "input_size": 1,
      "output_size": 1, "state_size": 2, "gate_size": 1, "side_gate": false}]})");
  EXPECT_EQ(model.config()["layers"][0]["eigenvalue_form"], "free");
  EXPECT_NE(model.named_parameters().find("layers.0.eigenvalues"), nullptr);
}

TEST(SequenceModel, AGroupThatComesTwiceIsTheSameAsItsLayersWrittenOut) {
  const std::string pair = R"({"kind": "linear", "input_size": 2, "output_size": 3},
                              {"kind": "linear", "input_size": 3, "output_size": 2})";
  const SequenceModel written_out = model_of(R"({"layers": [)" + pair + ", " + pair + "]}");
  const SequenceModel repeated =
      model_of(R"({"layers": [{"kind": "repeat", "times": 2, "layers": [)" + pair + "]}]}");
  EXPECT_EQ(repeated.config(), written_out.config());
  EXPECT_EQ(repeated.size(), 4U);
  const auto parameters = repeated.named_parameters();
  EXPECT_FALSE(parameters["layers.0.map"].is_same(parameters["layers.2.map"]));
}

TEST(SequenceModel, NamesParametersByLayer) {
  const SequenceModel model = model_of(kStack);
  EXPECT_NE(model.named_parameters().find("layers.0.readout"), nullptr);
  EXPECT_EQ(model.recurrence_parameters(),
            (std::vector<std::string>{"layers.0.log_decay_rate", "layers.1.eigenvalues"}));
}

TEST(SequenceModel, LayersStartFromDifferentSeeds) {
  SequenceModel model = model_of(R"({"layers": [{"kind": "linear_attention", "input_size": 3},
                                                {"kind": "linear_attention", "input_size": 3}]})");
  model.initialize(1);
  const auto parameters = model.named_parameters();
  EXPECT_FALSE(at::equal(parameters["layers.0.key_map"], parameters["layers.1.key_map"]));
}

TEST(SequenceModel, RefusesWhatItCannotBuild) {
  EXPECT_EQ(refusal(R"({"layers": []})"),
            "[model] experiment.toml: layers must list at least one layer; got none.");
  EXPECT_EQ(refusal(R"({"layers": [{"kind": "repeat", "layers": []}]})"),
            "[config] experiment.toml: \"model.layers.0.times\" must be given; got no such key.");
  EXPECT_EQ(
      refusal(R"({"layers": [{"kind": "repeat", "times": 200, "layers": [
                {"kind": "repeat", "times": 100, "layers": [
                    {"kind": "linear", "input_size": 1, "output_size": 1}]}]}]})"),
      "[model] experiment.toml: \"model.layers.0\": a stack may have 10000 layers; got 200 times "
      "100.");
  EXPECT_EQ(refusal(R"({"layers": [{"kind": "grill", "input_size": 1}]})"),
            "[config] experiment.toml: \"model.layers.0.kind\" must be one of " +
                join_words(layer_kinds()) + "; got \"grill\". Did you mean \"gril\"?");
  EXPECT_EQ(refusal(R"({"layers": [{"kind": "gril", "input_size": 1, "output_size": 1,
                                    "windw": 3}]})"),
            "[config] experiment.toml: unknown key \"model.layers.0.windw\". Did you mean "
            "\"model.layers.0.window\"?");
  EXPECT_EQ(refusal(R"({"layers": [{"input_size": 1}]})"),
            "[config] experiment.toml: \"model.layers.0.kind\" must be given; got no such key.");
  EXPECT_EQ(refusal(R"({"layers": [{"kind": "linear_attention", "input_size": 2},
                                   {"kind": "linear_attention", "input_size": 3}]})"),
            "[model] experiment.toml: layer 1 must take what layer 0 gives; got input_size 3 after "
            "output_size 2.");
}

TEST(SequenceModel, TakesSymbolsInItsFirstLayerOnly) {
  const SequenceModel model = model_of(R"({"layers": [
      {"kind": "embedding", "symbols": 7, "output_size": 1},
      {"kind": "gru", "input_size": 1, "state_size": 2}]})");
  EXPECT_EQ(model.input_symbols(), 7);
  EXPECT_EQ(model_of(kStack).input_symbols(), 0);
  EXPECT_EQ(model_size(model).parameters, 7 + 3 * (2 * 1 + 2 * 2 + 2 + 2));
  EXPECT_EQ(
      refusal(R"({"layers": [{"kind": "linear", "input_size": 1, "output_size": 1},
                                   {"kind": "embedding", "symbols": 7, "output_size": 1}]})"),
      "[model] experiment.toml: layer 1 must take the numbers that layer 0 gives; got a layer "
      "that takes symbols. Put it first.");
}

TEST(SequenceModel, LayersWithoutStateMakeAModelWithoutState) {
  SequenceModel model = model_of(R"({"layers": [
      {"kind": "gated_linear_unit", "input_size": 3, "output_size": 4},
      {"kind": "linear", "input_size": 4, "output_size": 2}]})");
  model.to(at::kDouble);
  EXPECT_TRUE(model.initial_state(2).empty());
  testing::expect_pieces_equal_whole(model, {1, 4});
  testing::expect_steps_equal_whole(model, 3);
  EXPECT_TRUE(model.step(at::zeros({2, 3}, at::kDouble), {}).state.empty());
}

TEST(SequenceModel, StatesGoToTheLayersThatHaveOne) {
  SequenceModel model = model_of(R"({"layers": [
      {"kind": "linear", "input_size": 3, "output_size": 4},
      {"kind": "lstm", "input_size": 4, "state_size": 4},
      {"kind": "gated_linear_unit", "input_size": 4, "output_size": 2},
      {"kind": "gru", "input_size": 2, "state_size": 2},
      {"kind": "multilayer_perceptron", "input_size": 2, "hidden_size": 3, "output_size": 1}]})");
  model.to(at::kDouble);
  model.initialize(5);
  const LayerState state = model.initial_state(1);
  ASSERT_EQ(state.size(), 3U);
  EXPECT_EQ(state[2].sizes().vec(), (std::vector<int64_t>{1, 2}));
  testing::expect_pieces_equal_whole(model, {1, 4, 2});
  testing::expect_layer_gradients_equal_central_differences(model, 4);
}

TEST(SequenceModel, RefusesAStateOfAnotherModel) {
  const SequenceModel model = model_of(kStack);
  const at::Tensor input = at::zeros({1, 1, 4});
  const std::string text = error_text<c10::ValueError>([&] {
    model.forward(input, {at::zeros({1, 1})});
  });
  EXPECT_EQ(
      text.substr(0, text.find('\n')),
      "[model] state must hold 6 tensors; got 1. Pass initial_state(batch) or the state of an "
      "earlier call.");
}

TEST(ModelSize, CountsTheTripletLayer) {
  const SequenceModel model = model_of(
      R"({"layers": [{"kind": "gril", "input_size": 10, "output_size": 10, "window": 3,
                      "stride": 2, "projections": "identity"}]})");
  const ModelSize size = model_size(model);
  // M 9, Dq 3, decay 100, readout 100.
  EXPECT_EQ(size.parameters, 212);
  // S 100, two tokens of 10, the held output 10, the phase 1.
  EXPECT_EQ(size.state_elements, 131);
  EXPECT_EQ(size.state_growth, 0);
  // Per update: mixing 2·3·4·10, scan (2·3 + 3)·100, readout 2·100; an update every second token.
  EXPECT_DOUBLE_EQ(size.operations_per_token, (240 + 900 + 200) / 2.0);
}

TEST(ModelSize, CountsWhatATokenAddsToACache) {
  const SequenceModel model = model_of(
      R"({"layers": [{"kind": "softmax_attention", "input_size": 6, "heads": 2, "value_size": 3,
                      "key_size": 4}]})");
  const ModelSize size = model_size(model);
  EXPECT_EQ(size.parameters, 6 * (6 + 8 + 8));
  EXPECT_EQ(size.state_elements, 0);
  EXPECT_EQ(size.state_growth, 2 * (3 + 4));
}

}  // namespace
}  // namespace gril

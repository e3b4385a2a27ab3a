// Every kind of the registry, from a configuration to a file and back.
#include "gril/models/layer_registry.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gril/models/checkpoint.h"
#include "gril/models/sequence_model.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

/// One layer of each kind, in the order of the registry, with the required options and one more.
const std::vector<std::string>& layers_of_every_kind() {
  static const std::vector<std::string> layers = {
      R"({"kind": "append", "layers": [{"kind": "linear", "input_size": 2, "output_size": 2,
          "bias": true, "initial_bias": 0.5}]})",
      R"({"kind": "bidirectional",
          "forward": {"layers": [{"kind": "gru", "input_size": 4, "state_size": 3}]},
          "backward": {"layers": [{"kind": "lstm", "input_size": 4, "state_size": 1}]}})",
      R"({"kind": "deep_gril", "input_size": 4, "heads": 2, "window": 3, "decay": "elementwise",
          "min_rate": 1e-4, "feed_through": true})",
      R"({"kind": "document_pair", "layers": [{"kind": "linear", "input_size": 2, "output_size": 1,
          "bias": true, "initial_bias": 0.5}]})",
      R"({"kind": "dropout", "input_size": 4, "share": 0.25})",
      R"({"kind": "embedding", "symbols": 7, "output_size": 4, "initial_scale": 0.5})",
      R"({"kind": "gated_activation", "input_size": 4, "form": "full_glu"})",
      R"({"kind": "gated_linear_rnn", "input_size": 4, "output_size": 4, "state_size": 5,
          "gate_size": 3, "eigenvalue_form": "double_exponential"})",
      R"({"kind": "gated_linear_unit", "input_size": 4, "output_size": 4, "gate": "bilinear"})",
      R"({"kind": "gril", "input_size": 4, "output_size": 4, "window": 2})",
      R"({"kind": "gru", "input_size": 4, "state_size": 4})",
      R"({"kind": "linear", "input_size": 4, "output_size": 4, "bias": false})",
      R"({"kind": "linear_attention", "input_size": 4, "decay": "per_head"})",
      R"({"kind": "linear_recurrent_unit", "input_size": 4, "state_size": 3, "r_min": 0.5})",
      R"({"kind": "lstm", "input_size": 4, "state_size": 4})",
      R"({"kind": "multilayer_perceptron", "input_size": 4, "hidden_size": 3, "output_size": 4,
          "activation": "tanh"})",
      R"({"kind": "normalization", "input_size": 4, "form": "layer", "epsilon": 1e-3})",
      R"({"kind": "positional_embedding", "input_size": 4, "maximal_length": 10})",
      R"({"kind": "residual", "layers": [{"kind": "linear", "input_size": 4, "output_size": 4,
          "bias": true, "initial_bias": 0.5}]})",
      R"({"kind": "running_mean", "input_size": 4})",
      R"({"kind": "selective_state_space", "input_size": 4, "channels": 3, "state_size": 2})",
      R"({"kind": "softmax_attention", "input_size": 4, "heads": 2, "positions": "rotary"})",
      R"({"kind": "tied_embedding", "symbols": 4, "size": 2, "initial_scale": 0.5, "layers": [
          {"kind": "linear", "input_size": 2, "output_size": 2, "bias": true, "initial_bias": 0.5}]})",
      R"({"kind": "token_groups", "input_size": 4, "group_size": 2, "layers": [
          {"kind": "linear", "input_size": 3, "output_size": 4, "bias": true, "initial_bias": 0.5}]})"};
  return layers;
}

Json stack(const std::vector<std::string>& layers) {
  Json config;
  for (const std::string& layer : layers) config["layers"].push_back(Json::parse(layer));
  return config;
}

TEST(LayerRegistry, TestsCoverEveryKind) {
  std::vector<std::string> kinds;
  for (const std::string& layer : layers_of_every_kind()) {
    kinds.push_back(Json::parse(layer)["kind"]);
  }
  EXPECT_EQ(kinds, layer_kinds());
}

TEST(LayerRegistry, ConfiguredOptionsReachTheLayerAndTheResolvedConfiguration) {
  for (const std::string& layer : layers_of_every_kind()) {
    const SequenceModel model(stack({layer}), "test");
    const Json options = Json::parse(layer);
    for (const auto& [key, value] : options.items()) {
      EXPECT_EQ(model.config()["layers"][0][key], value) << layer;
    }
    EXPECT_EQ(SequenceModel(model.config(), "again").config(), model.config()) << layer;
    EXPECT_EQ(model.output_size(), 4) << layer;
  }
}

TEST(LayerRegistry, EveryKindComesBackFromAFileWithEveryBit) {
  const TemporaryFolder folder;
  for (const std::string& layer : layers_of_every_kind()) {
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, layer);
    const auto model = std::make_shared<SequenceModel>(stack({layer}), "test");
    model->to(at::kDouble);
    model->initialize(11);
    save_model(folder / "model.safetensors", {model, nullptr, nullptr});
    const ModelFile loaded = load_model(folder / "model.safetensors");
    EXPECT_EQ(loaded.model->config(), model->config());
    const auto expected = model->named_parameters();
    for (const auto& item : loaded.model->named_parameters()) {
      EXPECT_TRUE(testing::has_same_bits(item.key(), item.value(), expected[item.key()]));
    }
    const at::Tensor input = testing::random_tokens(*model, 5, 1);
    EXPECT_TRUE(testing::has_same_bits("output", loaded.model->forward(input, {}).output,
                                       model->forward(input, {}).output));
  }
}

TEST(LayerRegistry, AStackOfEveryKindObeysTheLawsOfItsLayers) {
  std::vector<std::string> layers;
  for (const std::string& layer : layers_of_every_kind()) {
    const std::string kind = Json::parse(layer)["kind"];
    const bool causal = kind != "bidirectional" && kind != "document_pair";
    if (causal && SequenceModel(stack({layer}), "test").input_symbols() == 0) {
      layers.push_back(layer);
    }
  }
  SequenceModel model(stack(layers), "test");
  model.to(at::kDouble);
  model.initialize(5);
  testing::expect_pieces_equal_whole(model, {1, 4, 2, 3});
  testing::expect_steps_equal_whole(model, 9);
  testing::expect_empty_batch_works(model);
  testing::expect_recurrence_parameters_exist(model);
}

}  // namespace
}  // namespace gril

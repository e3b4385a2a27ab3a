#include "gril/models/residual.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <string>

#include "gril/base/error.h"
#include "gril/base/nearest_word.h"
#include "gril/models/layer_registry.h"
#include "gril/models/model_size.h"
#include "gril/models/sequence_model.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

const char* const kBody = R"({"layers": [
    {"kind": "gril", "input_size": 3, "output_size": 4, "window": 2},
    {"kind": "gated_linear_unit", "input_size": 4, "output_size": 3}]})";

/// The body of these layers inside a residual inside a model.
Json around(const std::string& body) {
  Json residual = Json::parse(body);
  residual["kind"] = "residual";
  return {{"layers", Json::array({residual})}};
}

std::string refusal(const std::string& body) {
  return error_text<InvalidArgument>([&] { SequenceModel(around(body), "experiment.toml"); });
}

TEST(Residual, AddsTheInputToTheOutputOfTheBody) {
  SequenceModel body(Json::parse(kBody), "test");
  SequenceModel model(around(kBody), "test");
  body.to(at::kDouble);
  model.to(at::kDouble);
  model.initialize(4);
  const auto parameters = model.named_parameters();
  const c10::AutoGradMode no_grad(false);
  for (auto& item : body.named_parameters()) {
    item.value().copy_(parameters["layers.0.body." + item.key()]);
  }
  const at::Tensor input = testing::random_normal({2, 7, 3}, 1);
  EXPECT_TRUE(testing::has_same_bits("output", model.forward(input, {}).output,
                                     input + body.forward(input, {}).output));
  EXPECT_EQ(model.initial_state(2).size(), body.initial_state(2).size());
}

TEST(Residual, ObeysTheLawsOfItsBodyAlsoInsideAnother) {
  SequenceModel model(around(R"({"layers": [
      {"kind": "gru", "input_size": 2, "state_size": 2},
      {"kind": "residual", "layers": [
          {"kind": "gril", "input_size": 2, "output_size": 2, "stride": 2}]}]})"),
                      "test");
  model.to(at::kDouble);
  model.initialize(5);
  testing::expect_pieces_equal_whole(model, {1, 4, 2, 3});
  testing::expect_steps_equal_whole(model, 5);
  testing::expect_layer_gradients_equal_central_differences(model, 4);
  testing::expect_empty_batch_works(model);
  testing::expect_initialization_depends_on_seed_alone(model);
  testing::expect_recurrence_parameters_exist(model);
}

TEST(Residual, CountsOneAdditionPerFeature) {
  const SequenceModel body(Json::parse(kBody), "test");
  const SequenceModel model(around(kBody), "test");
  EXPECT_EQ(model_size(model).parameters, model_size(body).parameters);
  EXPECT_EQ(model_size(model).state_elements, model_size(body).state_elements);
  EXPECT_DOUBLE_EQ(model.operations_per_token(), body.operations_per_token() + 3.0);
}

TEST(Residual, RefusesABodyThatItCannotAddTo) {
  EXPECT_EQ(refusal(R"({"layers": [{"kind": "linear", "input_size": 3, "output_size": 2}]})"),
            "[residual] experiment.toml: \"model.layers.0\": the layers must give as many features "
            "as they take; got input_size 3 and output_size 2.");
  EXPECT_EQ(
      refusal(R"({"layers": [{"kind": "embedding", "symbols": 3, "output_size": 1}]})"),
      "[residual] experiment.toml: \"model.layers.0\": the layers must take numbers, to which "
      "their output is added; got layers that take symbols.");
  EXPECT_EQ(refusal(R"({"layers": []})"),
            "[model] experiment.toml: \"model.layers.0\": layers must list at least one layer; got "
            "none.");
  EXPECT_EQ(refusal(R"({"layers": [{"kind": "linaer"}]})"),
            "[config] experiment.toml: \"model.layers.0.layers.0.kind\" must be one of " +
                join_words(layer_kinds()) + "; got \"linaer\". Did you mean \"linear\"?");
  EXPECT_EQ(refusal(R"({"layers": [{"kind": "gru", "input_size": 1, "state_size": 1}],
                        "input_size": 1})"),
            "[config] experiment.toml: unknown key \"model.layers.0.input_size\". Known keys: "
            "kind, layers.");
}

}  // namespace
}  // namespace gril

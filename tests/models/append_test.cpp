#include "gril/models/append.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <string>

#include "gril/base/error.h"
#include "gril/models/model_size.h"
#include "gril/models/sequence_model.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

const char* const kBody = R"({"layers": [
    {"kind": "gril", "input_size": 3, "output_size": 4, "window": 2},
    {"kind": "gated_linear_unit", "input_size": 4, "output_size": 2}]})";

/// The body of these layers inside an append, and layers above it, inside a model.
Json around(const std::string& body, const std::string& above = "[]") {
  Json append = Json::parse(body);
  append["kind"] = "append";
  Json layers = Json::array({append});
  for (const Json& layer : Json::parse(above)) layers.push_back(layer);
  return {{"layers", layers}};
}

TEST(Append, PutsTheOutputOfTheBodyBehindItsInput) {
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
                                     at::cat({input, body.forward(input, {}).output}, 2)));
  EXPECT_EQ(model.output_size(), 5);
  EXPECT_EQ(model.initial_state(2).size(), body.initial_state(2).size());
}

TEST(Append, ObeysTheLawsOfItsBodyAlsoInsideAnother) {
  SequenceModel model(around(R"({"layers": [
      {"kind": "gru", "input_size": 2, "state_size": 2},
      {"kind": "append", "layers": [
          {"kind": "gril", "input_size": 2, "output_size": 2, "stride": 2}]}]})"),
                      "test");
  model.to(at::kDouble);
  model.initialize(5);
  testing::expect_pieces_equal_whole(model, {1, 4, 2, 3});
  testing::expect_steps_equal_whole(model, 5);
}

TEST(Append, LeavesTheStateAboveASumOverTokensWhereOnlyTheseAreWritten) {
  SequenceModel model(around(R"({"layers": [{"kind": "gril", "input_size": 3, "output_size": 2}]})",
                             R"([{"kind": "gril", "input_size": 5, "output_size": 1,
                                  "value_size": 2, "key_size": 2,
                                  "written_features": 3, "decay": "fixed"}])"),
                      "test");
  model.to(at::kDouble);
  model.initialize(6);
  const c10::AutoGradMode no_grad(false);
  const at::Tensor tokens = testing::random_normal({1, 9, 3}, 2);
  const auto matrices = [&](int64_t first, int64_t count) {
    const LayerState state = model.forward(tokens.narrow(1, first, count), {}).state;
    return state[2];
  };
  EXPECT_TRUE(testing::agrees("state", matrices(0, 4) + matrices(4, 5), matrices(0, 9), 1e-13));
}

TEST(Append, RefusesABodyOfSymbols) {
  EXPECT_EQ(error_text<InvalidArgument>([] {
              SequenceModel(around(R"({"layers": [
                  {"kind": "embedding", "symbols": 3, "output_size": 1}]})"),
                            "experiment.toml");
            }),
            "[append] experiment.toml: \"model.layers.0\": the layers must take numbers, behind "
            "which their output is put; got layers that take symbols.");
}

TEST(Append, RefusesLayersThatDoNotChain) {
  const std::string text = error_text<InvalidArgument>([] {
    SequenceModel(around(kBody, R"([{"kind": "linear", "input_size": 3, "output_size": 1}])"),
                  "experiment.toml");
  });
  EXPECT_NE(text.find("5"), std::string::npos) << text;
  EXPECT_NE(text.find("input_size"), std::string::npos) << text;
}

}  // namespace
}  // namespace gril

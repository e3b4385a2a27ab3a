#include "gril/models/tied_embedding.h"

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
    {"kind": "gru", "input_size": 3, "state_size": 3},
    {"kind": "normalization", "input_size": 3}]})";

/// A model of this body between 5 symbols.
Json around(const std::string& body, const Json& options = Json::object()) {
  Json layer = Json::parse(body);
  layer.update({{"kind", "tied_embedding"}, {"symbols", 5}, {"size", 3}});
  layer.update(options);
  return {{"layers", Json::array({layer})}};
}

SequenceModel model_of(const Json& config) {
  SequenceModel model(config, "test");
  model.to(at::kDouble);
  model.initialize(4);
  return model;
}

std::string refusal(const Json& config) {
  return error_text<InvalidArgument>([&] { SequenceModel(config, "experiment.toml"); });
}

/// What a call is refused with, without the backtrace.
template <typename Call>
std::string value_error(const Call& call) {
  const std::string text = error_text<c10::ValueError>(call);
  return text.substr(0, text.find('\n'));
}

TEST(TiedEmbedding, ScoresTheBodysOutputAgainstTheVectorOfEachSymbol) {
  const SequenceModel model = model_of(around(kBody));
  SequenceModel body(Json::parse(kBody), "test");
  body.to(at::kDouble);
  const auto parameters = model.named_parameters();
  const c10::AutoGradMode no_grad(false);
  for (auto& item : body.named_parameters()) {
    item.value().copy_(parameters["layers.0.body." + item.key()]);
  }
  at::Tensor bias = parameters["layers.0.bias"];
  bias.copy_(testing::random_normal({5}, 2));
  const at::Tensor& table = parameters["layers.0.table"];
  const at::Tensor symbols = at::tensor({3, 0, 4, 4, 1, 2}, at::kLong);
  const at::Tensor output = model.forward(symbols.view({1, 6, 1}), {}).output;

  std::vector<at::Tensor> vectors;
  for (int64_t t = 0; t < 6; ++t) vectors.push_back(table[symbols[t].item<int64_t>()]);
  const at::Tensor inner = body.forward(at::stack(vectors).unsqueeze(0), {}).output[0];
  at::Tensor expected = at::empty({1, 6, 5}, at::kDouble);
  for (int64_t t = 0; t < 6; ++t) {
    for (int64_t v = 0; v < 5; ++v) expected[0][t][v] = at::dot(table[v], inner[t]) + bias[v];
  }
  EXPECT_TRUE(testing::agrees("scores", output, expected, 1e-14));
}

TEST(TiedEmbedding, ObeysTheLawsOfItsBody) {
  SequenceModel model = model_of(around(kBody));
  testing::expect_pieces_equal_whole(model, {1, 4, 2, 3});
  testing::expect_steps_equal_whole(model, 7);
  testing::expect_layer_gradients_equal_central_differences(model, 5);
  testing::expect_empty_batch_works(model);
  testing::expect_initialization_depends_on_seed_alone(model);
  testing::expect_recurrence_parameters_exist(model);
}

TEST(TiedEmbedding, StartsWithTheScaleAskedForAndWithoutBias) {
  const SequenceModel model = model_of(around(kBody, {{"symbols", 2000}, {"initial_scale", 0.5}}));
  const auto parameters = model.named_parameters();
  EXPECT_NEAR(parameters["layers.0.table"].std().item<double>(), 0.5, 0.02);
  EXPECT_EQ(parameters["layers.0.bias"].abs().max().item<double>(), 0.0);
}

TEST(TiedEmbedding, CountsTheTableOnceAndTheScores) {
  const SequenceModel body(Json::parse(kBody), "test");
  const SequenceModel model(around(kBody), "test");
  EXPECT_EQ(model.input_symbols(), 5);
  EXPECT_EQ(model.input_size(), 1);
  EXPECT_EQ(model.output_size(), 5);
  EXPECT_EQ(model_size(model).parameters, model_size(body).parameters + 5 * 3 + 5);
  EXPECT_EQ(model_size(model).state_elements, model_size(body).state_elements);
  EXPECT_DOUBLE_EQ(model.operations_per_token(), body.operations_per_token() + 2.0 * 5 * 3);
}

TEST(TiedEmbedding, RefusesABodyOrOptionsThatDoNotFit) {
  EXPECT_EQ(
      refusal(around(R"({"layers": [{"kind": "linear", "input_size": 3, "output_size": 2}]})")),
      "[tied_embedding] experiment.toml: \"model.layers.0\": the layers must take and give "
      "size = 3 features; got input_size 3 and output_size 2.");
  EXPECT_EQ(
      refusal(around(R"({"layers": [{"kind": "embedding", "symbols": 3, "output_size": 3}]})")),
      "[tied_embedding] experiment.toml: \"model.layers.0\": the layers must take vectors of "
      "the table; got layers that take symbols.");
  EXPECT_EQ(refusal(around(kBody, {{"initial_scale", 0.0}})),
            "[tied_embedding] experiment.toml: \"model.layers.0\": initial_scale must be above 0; "
            "got 0.");
  EXPECT_EQ(
      refusal(around(kBody, {{"symbols", 0}})),
      "[config] experiment.toml: \"model.layers.0.symbols\" must be an integer of at least 1; "
      "got 0.");
  EXPECT_EQ(refusal(around(kBody, {{"sizes", 3}})),
            "[config] experiment.toml: unknown key \"model.layers.0.sizes\". Did you mean "
            "\"model.layers.0.size\"?");
}

TEST(TiedEmbedding, RefusesWhatIsNoSymbol) {
  const SequenceModel model = model_of(around(kBody));
  EXPECT_EQ(value_error([&] {
              model.forward(at::full({1, 2, 1}, 5, at::kLong), {});
            }),
            "[tied_embedding] symbols must lie in 0 to 4; got 5 in sequence 0 at token 0, both "
            "counted from 0.");
  EXPECT_EQ(value_error([&] {
              model.step(at::zeros({1, 1}), {});
            }),
            "[tied_embedding] input must hold symbols, int64; got float32.");
  EXPECT_EQ(value_error([&] { model.step(at::zeros({1}, at::kLong), {}); }),
            "[tied_embedding] input must have shape (B, T, 1) with T at least 1; got (1, 1).");
}

}  // namespace
}  // namespace gril

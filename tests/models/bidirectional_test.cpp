#include "gril/models/bidirectional.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/models/model_size.h"
#include "gril/models/sequence_model.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

const char* const kForward = R"({"layers": [
    {"kind": "gril", "input_size": 3, "output_size": 2, "window": 2}]})";
const char* const kBackward = R"({"layers": [
    {"kind": "gru", "input_size": 3, "state_size": 4},
    {"kind": "linear", "input_size": 4, "output_size": 1}]})";

/// A model of one bidirectional layer with these bodies.
Json around(const std::string& forward, const std::string& backward) {
  const Json layer = {{"kind", "bidirectional"},
                      {"forward", Json::parse(forward)},
                      {"backward", Json::parse(backward)}};
  return {{"layers", Json::array({layer})}};
}

SequenceModel example_model() {
  SequenceModel model(around(kForward, kBackward), "test");
  model.to(at::kDouble);
  model.initialize(4);
  return model;
}

/// The body alone, with the parameters it has inside the model.
SequenceModel body_alone(const SequenceModel& model, const char* config, const std::string& name) {
  SequenceModel body(Json::parse(config), "test");
  body.to(at::kDouble);
  const auto parameters = model.named_parameters();
  const c10::AutoGradMode no_grad(false);
  for (auto& item : body.named_parameters()) {
    item.value().copy_(parameters["layers.0." + name + '.' + item.key()]);
  }
  return body;
}

/// What a call is refused with, without the backtrace.
template <typename Call>
std::string value_error(const Call& call) {
  const std::string text = error_text<c10::ValueError>(call);
  return text.substr(0, text.find('\n'));
}

std::string refusal(const Json& config) {
  return error_text<InvalidArgument>([&] { SequenceModel(config, "experiment.toml"); });
}

TEST(Bidirectional, ReadsTheSequenceAndTheReversedSequence) {
  const SequenceModel model = example_model();
  const SequenceModel forward = body_alone(model, kForward, "forward_body");
  const SequenceModel backward = body_alone(model, kBackward, "backward_body");
  const at::Tensor input = testing::random_normal({2, 7, 3}, 1);
  const at::Tensor output = model.forward(input, {}).output;
  EXPECT_TRUE(testing::has_same_bits("forward", output.narrow(2, 0, 2).contiguous(),
                                     forward.forward(input, {}).output));
  for (int64_t t = 0; t < 7; ++t) {
    std::vector<at::Tensor> from_the_end;
    for (int64_t later = 6; later >= t; --later) from_the_end.push_back(input.select(1, later));
    const at::Tensor expected =
        backward.forward(at::stack(from_the_end, 1), {}).output.select(1, 6 - t);
    EXPECT_TRUE(testing::agrees("backward", output.select(1, t).narrow(1, 2, 1), expected, 1e-14));
  }
}

TEST(Bidirectional, ReadsEachPaddedSequenceFromItsOwnEnd) {
  const SequenceModel model = example_model();
  const at::Tensor input = testing::random_normal({3, 7, 3}, 1);
  const at::Tensor lengths = at::tensor({4, 7, 1}, at::kLong);
  const PaddedSequences result = model.forward_padded({input, lengths});
  EXPECT_TRUE(at::equal(result.lengths, lengths));
  for (int64_t b = 0; b < 3; ++b) {
    const auto length = lengths[b].item<int64_t>();
    const at::Tensor alone = model.forward(input.narrow(0, b, 1).narrow(1, 0, length), {}).output;
    EXPECT_TRUE(testing::agrees("output", result.tokens[b].narrow(0, 0, length), alone[0], 1e-14));
  }
}

TEST(Bidirectional, TakesSymbolsWhereBothBodiesDo) {
  const std::string embedding = R"({"layers": [
      {"kind": "embedding", "symbols": 5, "output_size": 3}]})";
  SequenceModel model(around(embedding, embedding), "test");
  EXPECT_EQ(model.input_symbols(), 5);
  EXPECT_EQ(model.forward(at::zeros({2, 4, 1}, at::kLong), {}).output.sizes().vec(),
            (std::vector<int64_t>{2, 4, 6}));
  EXPECT_EQ(refusal(around(embedding, R"({"layers": [{"kind": "linear", "input_size": 1,
                                                      "output_size": 3}]})")),
            "[bidirectional] experiment.toml: \"model.layers.0\": both directions must take the "
            "same symbols; got 5 and 0 different ones (0: numbers).");
}

TEST(Bidirectional, ForwardInclusiveAndBackwardStrictSumOverTheWholeSequence) {
  const Json gril = {{"kind", "gril"}, {"input_size", 3}, {"output_size", 1}, {"value_size", 1},
                     {"key_size", 2},  {"tied", false},   {"decay", "fixed"}, {"strict", false}};
  Json strict = gril;
  strict["strict"] = true;
  const Json forward = {{"layers", Json::array({gril})}};
  const Json backward = {{"layers", Json::array({strict})}};
  SequenceModel model(around(forward.dump(), backward.dump()), "test");
  model.to(at::kDouble);
  const c10::AutoGradMode no_grad(false);
  for (const std::string body : {"forward_body", "backward_body"}) {
    auto parameters = model.named_parameters();
    const auto set = [&](const char* name, const at::Tensor& value) {
      parameters["layers.0." + body + ".layers.0." + name].copy_(value);
    };
    const at::Tensor all = at::eye(3, at::kDouble);
    set("value_map", all.narrow(0, 2, 1).unsqueeze(0));
    set("key_map", all.narrow(0, 0, 2).unsqueeze(0));
    set("query_map", all.narrow(0, 0, 2).unsqueeze(0));
    set("readout", at::ones({1, 1}, at::kDouble));
  }
  const at::Tensor input = testing::random_normal({1, 9, 3}, 2);
  const at::Tensor x = input[0].narrow(1, 0, 2);
  const at::Tensor whole_sum = at::mm(input[0].narrow(1, 2, 1).t(), x);
  const at::Tensor output = model.forward(input, {}).output[0];
  EXPECT_TRUE(testing::agrees("sum", output.sum(1, true), at::mm(x, whole_sum.t()), 1e-14));
}

TEST(Bidirectional, HasTheGradientsOfCentralDifferences) {
  const SequenceModel model = example_model();
  testing::expect_layer_gradients_equal_central_differences(model, 5);
  testing::expect_empty_batch_works(model);
  testing::expect_recurrence_parameters_exist(model);
  SequenceModel again = example_model();
  testing::expect_initialization_depends_on_seed_alone(again);
}

TEST(Bidirectional, CountsBothBodies) {
  const SequenceModel model = example_model();
  const SequenceModel forward(Json::parse(kForward), "test");
  const SequenceModel backward(Json::parse(kBackward), "test");
  EXPECT_EQ(model_size(model).parameters,
            model_size(forward).parameters + model_size(backward).parameters);
  EXPECT_EQ(model_size(model).state_elements, 1) << "the tokens seen";
  EXPECT_EQ(model_size(model).state_growth, 0);
  EXPECT_DOUBLE_EQ(model.operations_per_token(),
                   forward.operations_per_token() + backward.operations_per_token());
  EXPECT_EQ(model.output_size(), 3);
}

TEST(Bidirectional, RefusesAPieceAfterAnotherAndSingleTokens) {
  const SequenceModel model = example_model();
  const at::Tensor input = testing::random_normal({2, 4, 3}, 1);
  const LayerState fresh = model.initial_state(2);
  const SequenceOutput first = model.forward(input, fresh);
  EXPECT_TRUE(testing::has_same_bits("fresh state", first.output, model.forward(input, {}).output));
  EXPECT_EQ(value_error([&] { model.forward(input, first.state); }),
            "[bidirectional] the whole sequence must come at once, because every output depends on "
            "later tokens; got a state that has seen 4 tokens. Pass the whole sequence and an "
            "empty state.");
  const std::string single =
      "[bidirectional] the whole sequence must come at once, because every output depends on "
      "later tokens; got a single token. Use forward.";
  EXPECT_EQ(value_error([&] { model.step(input.select(1, 0), fresh); }), single);
  const Json inside = {
      {"layers", Json::array({{{"kind", "residual"},
                               {"layers", Json::array({model.config()["layers"][0]})}}})}};
  SequenceModel residual(inside, "test");
  EXPECT_EQ(value_error([&] { residual.step(at::zeros({2, 3}), {}); }), single);
}

TEST(Bidirectional, RefusesBodiesThatDoNotFitEachOther) {
  EXPECT_EQ(
      refusal(around(kForward, R"({"layers": [{"kind": "linear", "input_size": 2,
                                               "output_size": 1}]})")),
      "[bidirectional] experiment.toml: \"model.layers.0\": both directions must take the same "
      "features; got input_size 3 and 2.");
  Json one = around(kForward, kBackward);
  one["layers"][0].erase("backward");
  EXPECT_EQ(refusal(one),
            "[model] experiment.toml: \"model.layers.0.backward\": layers must list at least one "
            "layer; got none.");
  Json other = around(kForward, kBackward);
  other["layers"][0]["bakward"] = 1;
  EXPECT_EQ(refusal(other),
            "[config] experiment.toml: unknown key \"model.layers.0.bakward\". Did you mean "
            "\"model.layers.0.backward\"?");
}

}  // namespace
}  // namespace gril

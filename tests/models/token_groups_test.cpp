#include "gril/models/token_groups.h"

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

const char* const kCausal = R"([{"kind": "gru", "input_size": 4, "state_size": 2}])";
const char* const kWhole = R"([{"kind": "bidirectional",
    "forward": {"layers": [{"kind": "gru", "input_size": 4, "state_size": 1}]},
    "backward": {"layers": [{"kind": "gru", "input_size": 4, "state_size": 2}]}}])";

/// A model that is one layer: groups of 3 tokens of 2 features for these layers.
SequenceModel groups_of_three(const std::string& layers) {
  const Json config = {{"kind", "token_groups"},
                       {"input_size", 2},
                       {"group_size", 3},
                       {"layers", Json::parse(layers)}};
  SequenceModel model({{"layers", Json::array({config})}}, "test");
  model.to(at::kDouble);
  model.initialize(4);
  return model;
}

/// The outputs of the body, with the parameters it has inside the model, for groups of three.
at::Tensor body_outputs(const SequenceModel& model, const std::string& layers,
                        const at::Tensor& tokens) {
  SequenceModel body({{"layers", Json::parse(layers)}}, "test");
  body.to(at::kDouble);
  const auto parameters = model.named_parameters();
  const c10::AutoGradMode no_grad(false);
  for (auto& item : body.named_parameters()) {
    item.value().copy_(parameters["layers.0.body." + item.key()]);
  }
  std::vector<at::Tensor> groups;
  for (int64_t first = 0; first < tokens.size(1); first += 3) {
    const std::vector<at::Tensor> group = {tokens.select(1, first), tokens.select(1, first + 1),
                                           tokens.select(1, first + 2)};
    groups.push_back(at::mm(at::cat(group, 1), parameters["layers.0.group_map"].t()));
  }
  return body.forward(at::stack(groups, 1), {}).output;
}

/// What a call is refused with, without the backtrace.
template <typename Call>
std::string value_error(const Call& call) {
  const std::string text = error_text<c10::ValueError>(call);
  return text.substr(0, text.find('\n'));
}

TEST(TokenGroups, CausalOutputsAreThoseOfTheLastCompleteGroup) {
  const SequenceModel model = groups_of_three(kCausal);
  const at::Tensor tokens = testing::random_normal({2, 8, 2}, 1);
  const at::Tensor output = model.forward(tokens, {}).output;
  const at::Tensor outputs = body_outputs(model, kCausal, tokens.narrow(1, 0, 6));
  for (int64_t t = 1; t <= 8; ++t) {
    const at::Tensor expected =
        t < 3 ? at::zeros({2, 2}, at::kDouble) : outputs.select(1, t / 3 - 1);
    EXPECT_TRUE(testing::agrees("output", output.select(1, t - 1), expected, 1e-14)) << t;
  }
}

TEST(TokenGroups, OutputsOfAWholeSequenceAreThoseOfTheGroupOfTheToken) {
  const SequenceModel model = groups_of_three(kWhole);
  const at::Tensor tokens = testing::random_normal({2, 8, 2}, 1);
  const at::Tensor output = model.forward(tokens, {}).output;
  const at::Tensor outputs =
      body_outputs(model, kWhole, at::cat({tokens, at::zeros({2, 1, 2}, at::kDouble)}, 1));
  for (int64_t t = 0; t < 8; ++t) {
    EXPECT_TRUE(testing::agrees("output", output.select(1, t), outputs.select(1, t / 3), 1e-14));
  }
}

TEST(TokenGroups, ObeysTheLawsOfASequenceLayer) {
  SequenceModel model = groups_of_three(kCausal);
  testing::expect_pieces_equal_whole(model, {1, 4, 1, 1, 7, 2});
  testing::expect_pieces_equal_whole(model, {3, 6});
  testing::expect_steps_equal_whole(model, 8);
  testing::expect_layer_gradients_equal_central_differences(model, 5);
  testing::expect_empty_state_is_initial_state(model);
  testing::expect_empty_batch_works(model);
  testing::expect_recurrence_parameters_exist(model);
  testing::expect_initialization_depends_on_seed_alone(model);
  testing::expect_float32_agrees_with_float64(model);
}

TEST(TokenGroups, ObeysTheLawsInsideAnother) {
  SequenceModel model = groups_of_three(R"([
      {"kind": "token_groups", "input_size": 4, "group_size": 2, "layers": [
          {"kind": "deep_gril", "input_size": 4}]},
      {"kind": "softmax_attention", "input_size": 4}])");
  testing::expect_pieces_equal_whole(model, {1, 10, 2, 9});
  testing::expect_steps_equal_whole(model, 13);
}

TEST(TokenGroups, WholeSequencesHaveTheGradientsOfCentralDifferences) {
  testing::expect_layer_gradients_equal_central_differences(groups_of_three(kWhole), 5);
  testing::expect_empty_batch_works(groups_of_three(kWhole));
}

TEST(TokenGroups, CutsTheLastGroupAtTheEndOfEachPaddedSequence) {
  const SequenceModel model = groups_of_three(kWhole);
  const at::Tensor tokens = testing::random_normal({4, 7, 2}, 1);
  const std::vector<int64_t> lengths = {4, 7, 1, 6};
  const PaddedSequences result = model.forward_padded({tokens, at::tensor(lengths)});
  EXPECT_TRUE(at::equal(result.lengths, at::tensor(lengths)));
  for (int64_t b = 0; b < 4; ++b) {
    const int64_t length = lengths.at(b);
    const at::Tensor alone = model.forward(tokens.narrow(0, b, 1).narrow(1, 0, length), {}).output;
    EXPECT_TRUE(testing::agrees("output", result.tokens[b].narrow(0, 0, length), alone[0], 1e-14));
  }
}

TEST(TokenGroups, CountsAPartOfTheBodyPerToken) {
  const SequenceModel model = groups_of_three(kCausal);
  const SequenceModel body({{"layers", Json::parse(kCausal)}}, "test");
  EXPECT_DOUBLE_EQ(model.operations_per_token(), 2.0 * 2 * 4 + body.operations_per_token() / 3.0);
  EXPECT_EQ(model_size(model).parameters, model_size(body).parameters + 4 * 3 * 2);
  EXPECT_EQ(model_size(model).state_elements, 2 * 2 + 1 + 2 + model_size(body).state_elements);
  EXPECT_EQ(model_size(model).state_growth, 0);
  EXPECT_TRUE(model.causal());
  EXPECT_FALSE(groups_of_three(kWhole).causal());
}

TEST(TokenGroups, RefusesStatesThatDoNotFit) {
  const SequenceModel model = groups_of_three(kCausal);
  const at::Tensor input = at::zeros({2, 4, 2}, at::kDouble);
  LayerState state = model.initial_state(2);
  state[1] = at::tensor({0, 2}, at::kLong);
  EXPECT_EQ(value_error([&] { model.forward(input, state); }),
            "[token_groups] the tokens of a group that is not complete must be one number in 0 … 2 "
            "for all sequences; got 0 … 2. Give sequences that stand at different places of their "
            "groups one by one.");
  LayerState without_body = model.initial_state(2);
  without_body.resize(3);
  EXPECT_EQ(
      value_error([&] { model.forward(input, without_body); }),
      "[model] state must hold 4 tensors; got 3. Pass initial_state(batch) or the state of an "
      "earlier call.");
  EXPECT_EQ(
      value_error([&] { model.layer(0).forward(input, without_body); }),
      "[token_groups] state must hold 4 tensors; got 3. Pass initial_state(batch) or the state "
      "of an earlier call.");
  state[1] = at::tensor({3, 3}, at::kLong);
  EXPECT_NE(value_error([&] { model.forward(input, state); }).find("got 3 … 3"), std::string::npos);
  const SequenceModel whole = groups_of_three(kWhole);
  EXPECT_NE(value_error([&] {
              whole.forward_padded({input.to(at::kFloat), at::tensor({4, 1}, at::kLong)});
            }).find("[token_groups] input"),
            std::string::npos);
  const LayerState seen = whole.forward(input, {}).state;
  EXPECT_NE(value_error([&] { whole.forward(input, seen); }).find("[token_groups] the whole"),
            std::string::npos);
  EXPECT_NE(
      value_error([&] { whole.step(input.select(1, 0), {}); }).find("[token_groups] the whole"),
      std::string::npos);
}

TEST(TokenGroups, RefusesOptionsThatDoNotFit) {
  const auto refusal = [](const char* text) {
    return error_text<InvalidArgument>([&] {
      SequenceModel({{"layers", Json::array({Json::parse(text)})}}, "experiment.toml");
    });
  };
  EXPECT_EQ(refusal(R"({"kind": "token_groups", "input_size": 1, "group_size": 2, "layers": [
                        {"kind": "embedding", "symbols": 3, "output_size": 1}]})"),
            "[token_groups] experiment.toml: \"model.layers.0\": the layers must take the features "
            "of a group; got layers that take symbols.");
  EXPECT_EQ(refusal(R"({"kind": "token_groups", "input_size": 4, "group_size": 4611686018427387904,
                        "layers": [{"kind": "linear", "input_size": 3, "output_size": 1}]})"),
            "[token_groups] experiment.toml: \"model.layers.0\": a group may have 1099511627776 "
            "numbers; got 4611686018427387904 tokens of 4.");
  EXPECT_NE(refusal(R"({"kind": "token_groups", "input_size": 1, "group_size": 1, "layers": [
                        {"kind": "linear", "input_size": 3, "output_size": 1}]})")
                .find("model.layers.0.group_size"),
            std::string::npos);
}

}  // namespace
}  // namespace gril

// The networks of docs/deep_networks.md, as they stand there.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gril/models/model_size.h"
#include "gril/models/sequence_model.h"
#include "tests/support/documented_model.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"
#include "tests/support/tolerance.h"

namespace gril {
namespace {

constexpr const char* kPage = "docs/deep_networks.md";

SequenceModel model_of_page(const std::string& name) {
  SequenceModel model = testing::documented_model(kPage, name);
  model.to(at::kDouble);
  model.initialize(3);
  return model;
}

TEST(DeepNetworks, TheLanguageModelIsTheSameInPiecesAndSteps) {
  SequenceModel model = model_of_page("Language model");
  EXPECT_EQ(model.input_symbols(), 65);
  EXPECT_EQ(model.output_size(), 65);
  testing::expect_pieces_equal_whole(model, {1, 4, 2, 70});
  testing::expect_steps_equal_whole(model, 9);
  testing::expect_recurrence_parameters_exist(model);
  testing::expect_float32_agrees_with_float64(model);
}

TEST(DeepNetworks, TheLanguageModelStartsNearEqualChances) {
  const SequenceModel model = model_of_page("Language model");
  const at::NoGradGuard no_grad;
  const at::Tensor scores = model.forward(testing::random_tokens(model, 50, 1), {}).output;
  EXPECT_LT(scores.std().item<double>(), 0.2);
}

TEST(DeepNetworks, TheClassifierAnswersAtTheLastTokenAsItDoesForTheSequenceAlone) {
  const SequenceModel model = model_of_page("Classifier");
  EXPECT_EQ(model.output_size(), 10);
  const at::Tensor tokens = testing::random_tokens(model, 40, 1);
  const at::Tensor lengths = at::tensor({40, 7}, at::kLong);
  const PaddedSequences result = model.forward_padded({tokens, lengths});
  for (int64_t b = 0; b < 2; ++b) {
    const auto length = lengths[b].item<int64_t>();
    const at::Tensor alone = model.forward(tokens.narrow(0, b, 1).narrow(1, 0, length), {}).output;
    EXPECT_TRUE(testing::agrees("classes", result.tokens[b][length - 1], alone[0][length - 1],
                                testing::tolerance_of(at::kDouble)));
  }
}

TEST(DeepNetworks, ANormBehindAMapFromOneNumberNeedsABiasToTellMoreThanTheSign) {
  const at::Tensor dark_and_bright = at::tensor({0.25, 2.0}, at::kDouble).view({1, 2, 1});
  const auto normalized = [&](double initial_bias) {
    const Json encoder = {
        {"kind", "linear"}, {"input_size", 1}, {"output_size", 8}, {"initial_bias", initial_bias}};
    const Json norm = {{"kind", "normalization"}, {"input_size", 8}, {"form", "layer"}};
    SequenceModel model(Json{{"layers", {encoder, norm}}}, "test");
    model.to(at::kDouble);
    model.initialize(3);
    return model.forward(dark_and_bright, {}).output[0].detach();
  };
  const auto distance = [](const at::Tensor& tokens) {
    return (tokens[0] - tokens[1]).abs().max().item<double>();
  };
  EXPECT_LT(distance(normalized(0.0)), 1e-2);
  EXPECT_GT(distance(normalized(1.0)), 0.5);
}

TEST(DeepNetworks, TwoDocumentsAnswerOncePerPair) {
  const SequenceModel model = model_of_page("Two documents");
  EXPECT_EQ(model.input_symbols(), 97);
  const at::Tensor tokens = testing::random_tokens(model, 9, 1);
  const at::Tensor lengths = at::tensor({9, 4, 1, 9}, at::kLong).view({2, 2});
  const PaddedSequences result = model.forward_padded({tokens, lengths});
  EXPECT_EQ(result.tokens.sizes().vec(), (std::vector<int64_t>{2, 1, 2}));
  EXPECT_FALSE(result.lengths.defined());
}

TEST(DeepNetworks, MixersHaveEqualParameters) {
  const Json mixers = testing::documented_config(kPage, "Mixers at equal parameters")["model"];
  ASSERT_EQ(mixers.size(), 7U);
  const auto model_of = [&](const std::string& name) {
    return SequenceModel(Json{{"layers", mixers[name]}}, name);
  };
  const auto asked = static_cast<double>(model_size(model_of("deep_gril")).parameters);
  for (const auto& item : mixers.items()) {
    const SequenceModel model = model_of(item.key());
    EXPECT_EQ(model.input_size(), 64) << item.key();
    EXPECT_EQ(model.output_size(), 64) << item.key();
    const auto parameters = static_cast<double>(model_size(model).parameters);
    EXPECT_NEAR(parameters / asked, 1.0, 0.02) << item.key();
  }
}

}  // namespace
}  // namespace gril

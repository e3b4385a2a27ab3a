#include "gril/models/document_pair.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <limits>
#include <string>

#include "gril/base/error.h"
#include "gril/models/model_size.h"
#include "gril/models/sequence_model.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr int64_t kBatch = 3;
constexpr int64_t kLength = 6;

const char* const kSymbolBody = R"({"layers": [
    {"kind": "embedding", "symbols": 5, "output_size": 3},
    {"kind": "bidirectional",
     "forward": {"layers": [{"kind": "gru", "input_size": 3, "state_size": 2}]},
     "backward": {"layers": [{"kind": "linear_attention", "input_size": 3}]}}]})";
const char* const kNumberBody = R"({"layers": [
    {"kind": "lstm", "input_size": 2, "state_size": 3}]})";

Json around(const std::string& body) {
  Json layer = Json::parse(body);
  layer["kind"] = "document_pair";
  return {{"layers", Json::array({layer})}};
}

SequenceModel model_of(const std::string& body) {
  SequenceModel model(around(body), "test");
  model.to(at::kDouble);
  model.initialize(4);
  return model;
}

const SequenceModel& body_of(const SequenceModel& model) {
  return dynamic_cast<const DocumentPair&>(model.layer(0)).body();
}

at::Tensor pairs_for(const SequenceModel& model) {
  return at::cat({testing::random_tokens(model, kLength, 1),
                  testing::random_tokens(model, kLength, 2).narrow(0, 0, 1)});
}

const at::Tensor& lengths() {
  static const at::Tensor result = at::tensor({6, 2, 1, 6, 3, 4}, at::kLong).view({kBatch, 2});
  return result;
}

/// The definition: each document alone through the body, its last output, the four parts.
at::Tensor definition(const SequenceModel& model, const at::Tensor& pairs) {
  const int64_t features = pairs.size(2) / 2;
  std::vector<at::Tensor> rows;
  for (int64_t row = 0; row < pairs.size(0); ++row) {
    const auto last = [&](int64_t document) {
      const auto length = lengths()[row][document].item<int64_t>();
      const at::Tensor tokens =
          pairs.narrow(0, row, 1).narrow(1, 0, length).narrow(2, document * features, features);
      return body_of(model).forward(tokens, {}).output[0][length - 1];
    };
    const at::Tensor a = last(0);
    const at::Tensor b = last(1);
    rows.push_back(at::cat({a, b, a - b, a * b}));
  }
  return at::stack(rows).unsqueeze(1);
}

/// What a call is refused with, without the backtrace.
template <typename Call>
std::string value_error(const Call& call) {
  const std::string text = error_text<c10::ValueError>(call);
  return text.substr(0, text.find('\n'));
}

TEST(DocumentPair, ComparesTheLastOutputsOfBothDocuments) {
  for (const char* body : {kSymbolBody, kNumberBody}) {
    const SequenceModel model = model_of(body);
    const at::Tensor pairs = pairs_for(model);
    const PaddedSequences result = model.forward_padded({pairs, lengths()});
    const at::Tensor expected = definition(model, pairs);
    EXPECT_FALSE(result.lengths.defined());
    EXPECT_TRUE(testing::agrees("pairs", result.tokens, expected, 1e-13));

    const at::Tensor weights = testing::random_normal(expected.sizes().vec(), 3);
    const auto gradients = [&](const at::Tensor& output) {
      return torch::autograd::grad({(weights * output).sum()}, model.parameters());
    };
    testing::expect_agreement(model.named_parameters().keys(), gradients(result.tokens),
                              gradients(expected), 1e-12);
  }
}

TEST(DocumentPair, DoesNotSeeThePaddingOfEitherDocument) {
  const SequenceModel model = model_of(kNumberBody);
  at::Tensor pairs = pairs_for(model);
  const at::Tensor expected = model.forward_padded({pairs, lengths()}).tokens;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (int64_t row = 0; row < kBatch; ++row) {
    for (int64_t document = 0; document < 2; ++document) {
      const auto length = lengths()[row][document].item<int64_t>();
      pairs[row].narrow(0, length, kLength - length).narrow(1, 2 * document, 2).fill_(nan);
    }
  }
  EXPECT_TRUE(
      testing::has_same_bits("pairs", model.forward_padded({pairs, lengths()}).tokens, expected));
}

TEST(DocumentPair, WithoutLengthsBothDocumentsAreWhole) {
  const SequenceModel model = model_of(kSymbolBody);
  const at::Tensor pairs = pairs_for(model);
  const at::Tensor whole = at::full({kBatch, 2}, kLength, at::kLong);
  EXPECT_TRUE(testing::agrees("pairs", model.forward(pairs, {}).output,
                              model.forward_padded({pairs, whole}).tokens, 1e-14));
}

TEST(DocumentPair, HasTheGradientsOfCentralDifferences) {
  SequenceModel model = model_of(kNumberBody);
  testing::expect_layer_gradients_equal_central_differences(model, 5);
  testing::expect_initialization_depends_on_seed_alone(model);
  testing::expect_recurrence_parameters_exist(model);
}

TEST(DocumentPair, CountsItsBodyForBothTokens) {
  const SequenceModel model = model_of(kSymbolBody);
  const ModelSize size = model_size(model);
  const ModelSize body = model_size(body_of(model));
  EXPECT_EQ(model.input_size(), 2);
  EXPECT_EQ(model.input_symbols(), 5);
  EXPECT_EQ(model.output_size(), 4 * 5);
  EXPECT_EQ(size.parameters, body.parameters);
  EXPECT_EQ(size.state_elements, 1) << "the tokens seen";
  EXPECT_DOUBLE_EQ(size.operations_per_token, 2.0 * body.operations_per_token);
}

TEST(DocumentPair, RefusesPiecesAndSingleTokens) {
  const SequenceModel model = model_of(kNumberBody);
  const at::Tensor pairs = pairs_for(model);
  const SequenceOutput first = model.forward(pairs, model.initial_state(kBatch));
  EXPECT_EQ(value_error([&] { model.forward(pairs, first.state); }),
            "[document_pair] the whole sequence must come at once, because every output depends on "
            "later tokens; got a state that has seen 6 tokens. Pass the whole sequence and an "
            "empty state.");
  EXPECT_EQ(value_error([&] { model.step(pairs.select(1, 0), {}); }),
            "[document_pair] the whole sequence must come at once, because every output depends on "
            "later tokens; got a single token. Use forward.");
}

TEST(DocumentPair, RefusesTokensAndLengthsThatDoNotFit) {
  const SequenceModel numbers = model_of(kNumberBody);
  EXPECT_EQ(value_error([&] {
              numbers.forward(at::zeros({3, 6, 3}, at::kDouble), {});
            }),
            "[document_pair] input must have shape (B, T, 4) with T at least 1; got (3, 6, 3).");
  EXPECT_EQ(value_error([&] {
              numbers.forward_padded({pairs_for(numbers), at::ones({3}, at::kLong)});
            }),
            "[padding] lengths of 2 sequences side by side must have shape (3, 2); got (3).");
  const SequenceModel symbols = model_of(kSymbolBody);
  at::Tensor pairs = pairs_for(symbols);
  pairs[2][3][1] = 8;
  EXPECT_EQ(value_error([&] { symbols.forward(pairs, {}); }),
            "[document_pair] symbols must lie in 0 to 4; got 8 in sequence 2 at token 3, both "
            "counted from 0.");
}

}  // namespace
}  // namespace gril

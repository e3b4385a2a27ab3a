#include "gril/generation/text_generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "gril/base/error.h"
#include "gril/layers/linear_layer.h"
#include "tests/generation/counting_language_model.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

using Symbols = std::vector<int64_t>;

constexpr int64_t kVocabulary = 7;

Symbols drawn(TextGenerator& generator, int count) {
  Symbols symbols;
  for (int i = 0; i < count; ++i) symbols.push_back(generator.next());
  return symbols;
}

/// A model that says it reads later tokens.
class ReadingAhead : public CountingLanguageModel {
 public:
  ReadingAhead() : CountingLanguageModel(kVocabulary) {}
  bool causal() const override { return false; }
};

TEST(TextGenerator, GoesOnAsTheModelSays) {
  const CountingLanguageModel model(kVocabulary);
  TextGenerator generator(model, {.temperature = 0}, 1);
  Symbols text = {3, 1, 4};
  generator.read(text);
  for (int i = 0; i < 50; ++i) {
    const std::vector<double> outputs = counting_outputs(text, kVocabulary);
    const int64_t best = std::max_element(outputs.begin(), outputs.end()) - outputs.begin();
    ASSERT_EQ(generator.next(), best) << i;
    text.push_back(best);
  }
}

TEST(TextGenerator, DrawsEverySymbolWithItsProbability) {
  const CountingLanguageModel model(kVocabulary);
  const Symbols prompt = {2, 5};
  const std::vector<double> expected =
      symbol_probabilities(counting_outputs(prompt, kVocabulary), {});
  std::vector<double> shares(kVocabulary, 0);
  constexpr int kDraws = 4000;
  for (uint64_t seed = 0; seed < kDraws; ++seed) {
    TextGenerator generator(model, {}, seed);
    generator.read(prompt);
    shares[static_cast<std::size_t>(generator.next())] += 1.0 / kDraws;
  }
  for (std::size_t i = 0; i < shares.size(); ++i) EXPECT_NEAR(shares[i], expected[i], 0.03) << i;
}

TEST(TextGenerator, OneSeedIsOneText) {
  const CountingLanguageModel model(kVocabulary);
  std::map<uint64_t, Symbols> texts;
  for (const uint64_t seed : {1, 2}) {
    TextGenerator generator(model, {}, seed);
    generator.read(Symbols{1});
    texts[seed] = drawn(generator, 40);
    TextGenerator again(model, {}, seed);
    again.read(Symbols{1});
    EXPECT_EQ(drawn(again, 40), texts[seed]);
  }
  EXPECT_NE(texts[1], texts[2]);
}

TEST(TextGenerator, PromptsInPiecesAreTheWholePrompt) {
  const CountingLanguageModel model(kVocabulary);
  Symbols prompt;
  for (int64_t i = 0; i < 5000; ++i) prompt.push_back(i * i % kVocabulary);
  TextGenerator whole(model, {}, 3);
  whole.read(prompt);
  EXPECT_EQ(model.longest_piece(), 1024);
  TextGenerator pieces(model, {}, 3);
  const std::span<const int64_t> symbols(prompt);
  pieces.read(symbols.first(1));
  pieces.read(symbols.subspan(1, 0));
  pieces.read(symbols.subspan(1, 2999));
  pieces.read(symbols.subspan(3000));
  EXPECT_EQ(drawn(pieces, 30), drawn(whole, 30));
}

TEST(TextGenerator, ReadsBetweenDrawnSymbols) {
  const CountingLanguageModel model(kVocabulary);
  TextGenerator generator(model, {.temperature = 0}, 0);
  generator.read(Symbols{1});
  const int64_t first = generator.next();
  generator.read(Symbols{6});
  const std::vector<double> outputs = counting_outputs({1, first, 6}, kVocabulary);
  EXPECT_EQ(generator.next(), std::max_element(outputs.begin(), outputs.end()) - outputs.begin());
}

TEST(TextGenerator, PiecesOfLargeVocabulariesAreShorter) {
  const CountingLanguageModel model(int64_t{1} << 15);
  EXPECT_EQ(TextGenerator(model, {}, 0).piece(), 128);
}

TEST(TextGenerator, RefusesModelsOfNumbersAndAnEmptyPrompt) {
  LinearLayerOptions numbers;
  numbers.input_size = 3;
  numbers.output_size = 3;
  const LinearLayer layer(numbers);
  EXPECT_EQ(
      error_text<InvalidArgument>([&] { TextGenerator(layer, {}, 0); }),
      "[generate] the tokens of the model must be symbols; got numbers. Give a language model.");
  const ReadingAhead ahead;
  EXPECT_EQ(error_text<InvalidArgument>([&] { TextGenerator(ahead, {}, 0); }),
            "[generate] the model must not read later tokens; got one that does. Give a causal "
            "model.");
  const CountingLanguageModel model(kVocabulary);
  EXPECT_EQ(error_text<InvalidArgument>([&] { TextGenerator(model, {.top_p = 2}, 0); }),
            "[generate] top-p must be above 0 and at most 1; got 2.");
  TextGenerator generator(model, {}, 0);
  EXPECT_EQ(error_text<InvalidArgument>([&] { generator.next(); }),
            "[generate] the prompt must have at least 1 symbol; got none.");
}

}  // namespace
}  // namespace gril

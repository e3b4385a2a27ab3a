#include "gril/generation/read_prompt.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "tests/generation/counting_language_model.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

/// What a greedy generator draws after reading symbols / a prompt.
int64_t next_after(const std::vector<int64_t>& symbols, int64_t vocabulary) {
  const CountingLanguageModel model(vocabulary);
  TextGenerator generator(model, {.temperature = 0}, 0);
  generator.read(symbols);
  return generator.next();
}

int64_t next_after_text(const std::string& text, const Vocabulary& vocabulary, int64_t count) {
  const CountingLanguageModel model(vocabulary.size());
  TextGenerator generator(model, {.temperature = 0}, 0);
  std::istringstream input(text);
  EXPECT_EQ(read_prompt(input, "prompt", vocabulary, generator), count);
  return generator.next();
}

std::string refusal(const std::string& text, const Vocabulary& vocabulary) {
  return error_text<InvalidArgument>([&] { next_after_text(text, vocabulary, 0); });
}

const Vocabulary& words() {
  static const Vocabulary vocabulary(TextLevel::kWord, {"<eos>", "a", "b", "<unk>", "c", "d", "e"});
  return vocabulary;
}

TEST(ReadPrompt, GivesTheSymbolsOfTheText) {
  const Vocabulary characters(TextLevel::kCharacter, {"\n", "a", "é", "戦", "x"});
  EXPECT_EQ(next_after_text("戦aé\n", characters, 4), next_after({3, 1, 2, 0}, 5));
  EXPECT_EQ(next_after_text("b a\nx c", words(), 5), next_after({2, 1, 0, 3, 4}, 7));
  EXPECT_EQ(next_after_text("b a\n", words(), 3), next_after({2, 1, 0}, 7));
  EXPECT_EQ(next_after_text("7 11\n2", Vocabulary::of_numbers(12), 3), next_after({7, 11, 2}, 12));
  EXPECT_EQ(next_after_text("\xE9", Vocabulary::of_bytes(), 1), next_after({0xE9}, 256));
}

TEST(ReadPrompt, ALongPromptIsReadInPieces) {
  const Vocabulary characters(TextLevel::kCharacter, {"a", "b", "c"});
  const CountingLanguageModel model(3);
  TextGenerator generator(model, {.temperature = 0}, 0);
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "abc"[i % 7 * (i % 7) % 3];
  std::istringstream input(text);
  EXPECT_EQ(read_prompt(input, "prompt", characters, generator), 100000);
  EXPECT_EQ(model.longest_piece(), generator.piece());
  std::vector<int64_t> last;  // what came 100 symbols earlier weighs 2^-100
  for (const char letter : text.substr(text.size() - 100)) last.push_back(letter - 'a');
  EXPECT_EQ(generator.next(), next_after(last, 3));
}

TEST(ReadPrompt, UnknownUnitsAreRefusedWithTheirPlace) {
  EXPECT_EQ(refusal("ab\nabé", Vocabulary(TextLevel::kCharacter, {"\n", "a", "b"})),
            "[generate] prompt: every character must be in the vocabulary of the model; got "
            "\"\\u00e9\" at byte 5 (line 2). Replace it, or leave it out.");
  EXPECT_EQ(
      refusal("a b", Vocabulary(TextLevel::kWord, {"<eos>", "a"})),
      "[generate] prompt: every word must be in the vocabulary of the model; got \"b\" at byte "
      "2 (line 1). Replace it, or leave it out.");
  EXPECT_EQ(refusal("7 12", Vocabulary::of_numbers(12)),
            "[generate] prompt: every token must be in the vocabulary of the model, 0 to 11; got "
            "\"12\" at byte 2 (line 1). Replace it, or leave it out.");
  EXPECT_EQ(refusal(" ", words()),
            "[generate] prompt: the prompt must have at least 1 symbol; got none.");
  EXPECT_EQ(
      error_text<InvalidFile>(
          [&] { next_after_text("a\xFF", Vocabulary(TextLevel::kCharacter, {"a"}), 0); }),
      "[generate] prompt: must be UTF-8; got 0xFF at byte 1 (line 1). Convert it; only the level "
      "byte takes other bytes.");
}

}  // namespace
}  // namespace gril

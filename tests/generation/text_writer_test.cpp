#include "gril/generation/text_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gril {
namespace {

std::string written(const Vocabulary& vocabulary, const std::vector<int64_t>& symbols) {
  TextWriter writer(vocabulary);
  std::string text;
  for (const int64_t symbol : symbols) text += writer.text(symbol);
  return text;
}

TEST(TextWriter, WordsHaveBlanksBetweenThemAndEosEndsALine) {
  const Vocabulary words(TextLevel::kWord, {"<eos>", "the", "cat"});
  EXPECT_EQ(written(words, {1, 2, 0, 0, 1, 2}), "the cat\n\nthe cat");
}

TEST(TextWriter, CharactersBytesAndNamedTokensAreThemselves) {
  EXPECT_EQ(written(Vocabulary(TextLevel::kCharacter, {"\n", "é", " "}), {1, 2, 0, 1}), "é \né");
  EXPECT_EQ(written(Vocabulary::of_bytes(), {'a', 0xC3, 0xA9}), "aé");
  EXPECT_EQ(written(Vocabulary(TextLevel::kToken, {"to", " be", "<eos>"}), {0, 1, 2}),
            "to be<eos>");
}

TEST(TextWriter, NumbersHaveBlanksBetweenThem) {
  EXPECT_EQ(written(Vocabulary::of_numbers(20), {7, 0, 19}), "7 0 19");
}

}  // namespace
}  // namespace gril

#include "gril/tasks/language/vocabulary.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/tasks/language/shown_symbol.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

TEST(Vocabulary, FindsWhatItsSymbolsStandFor) {
  const Vocabulary words(TextLevel::kWord, {"<unk>", "the", "<eos>"});
  for (int64_t symbol = 0; symbol < words.size(); ++symbol) {
    EXPECT_EQ(words.find(words.text(symbol)), symbol);
  }
  EXPECT_EQ(words.size(), 3);
  EXPECT_EQ(words.find("cat"), -1);
  EXPECT_EQ(words.find_or_unknown("cat"), 0);
  EXPECT_EQ(Vocabulary(TextLevel::kWord, {"the"}).find_or_unknown("cat"), -1);
  EXPECT_EQ(Vocabulary(TextLevel::kCharacter, {"<unk>"}).find_or_unknown("c"), -1);
}

TEST(Vocabulary, BytesAndNumbersNeedNoTexts) {
  const Vocabulary bytes = Vocabulary::of_bytes();
  EXPECT_EQ(bytes.size(), 256);
  EXPECT_TRUE(bytes.texts().empty());
  EXPECT_EQ(bytes.find("\xE9"), 0xE9);
  EXPECT_EQ(bytes.text(0xE9), "\xE9");
  const Vocabulary numbers = Vocabulary::of_numbers(50257);
  EXPECT_EQ(numbers.find("50256"), 50256);
  EXPECT_EQ(numbers.text(17), "17");
  for (const char* none : {"50257", "-1", "1x", "", "x", "99999999999999999999"}) {
    EXPECT_EQ(numbers.find(none), -1) << none;
  }
  const Vocabulary named(TextLevel::kToken, {"a", "a"});
  EXPECT_EQ(named.find("1"), 1);
  EXPECT_EQ(named.text(1), "a");
}

TEST(Vocabulary, ChecksumsTellVocabulariesApart) {
  const std::vector<std::string> sums = {
      Vocabulary::of_bytes().checksum(),
      Vocabulary::of_numbers(256).checksum(),
      Vocabulary::of_numbers(257).checksum(),
      Vocabulary(TextLevel::kCharacter, {"a", "b"}).checksum(),
      Vocabulary(TextLevel::kCharacter, {"b", "a"}).checksum(),
      Vocabulary(TextLevel::kWord, {"a", "b"}).checksum(),
      Vocabulary(TextLevel::kWord, {"ab", "c"}).checksum(),
      Vocabulary(TextLevel::kWord, {"a", "bc"}).checksum(),
  };
  EXPECT_EQ(std::set<std::string>(sums.begin(), sums.end()).size(), sums.size());
  for (const std::string& sum : sums) EXPECT_EQ(sum.size(), 16U);
  EXPECT_EQ(Vocabulary(TextLevel::kWord, {"a", "b"}).checksum(), sums[5]);
}

TEST(Vocabulary, RefusesTextsThatDoNotTellSymbolsApart) {
  const auto refusal = [](const std::vector<std::string>& texts) {
    return error_text<InvalidArgument>([&] { Vocabulary(TextLevel::kWord, texts); });
  };
  EXPECT_EQ(refusal({}), "[vocabulary] a vocabulary must have symbols; got none.");
  EXPECT_EQ(refusal({"a", ""}),
            "[vocabulary] every symbol must stand for a text; got an empty one.");
  EXPECT_EQ(refusal({"a", "b", "a"}),
            "[vocabulary] every symbol must stand for another text; got \"a\" twice.");
}

TEST(Vocabulary, SymbolsAreShownReadably) {
  const Vocabulary bytes = Vocabulary::of_bytes();
  EXPECT_EQ(shown_symbol(bytes, 'a'), "\"a\"");
  EXPECT_EQ(shown_symbol(bytes, '\n'), "\"\\n\"");
  EXPECT_EQ(shown_symbol(bytes, 0xE9), "0xE9");
  EXPECT_EQ(shown_symbol(Vocabulary(TextLevel::kCharacter, {"é"}), 0), "\"é\"");
  EXPECT_EQ(shown_symbol(Vocabulary(TextLevel::kWord, {"the"}), 0), "the");
  EXPECT_EQ(shown_symbol(Vocabulary::of_numbers(9), 8), "8");
}

}  // namespace
}  // namespace gril

#include "gril/tasks/language/text_units.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

using Strings = std::vector<std::string>;

Strings units_of(const std::string& text, TextLevel level, bool close_last_line = true) {
  std::istringstream input(text);
  TextUnits units(input, level, "t", "test", close_last_line);
  Strings found;
  for (auto unit = units.next(); unit; unit = units.next()) found.emplace_back(*unit);
  return found;
}

std::string refusal(const std::string& text, TextLevel level) {
  return error_text<InvalidFile>([&] { units_of(text, level); });
}

TEST(TextUnits, CharactersAreCodePointsAndBytesAreBytes) {
  // One character of each length, and the last code point.
  const std::string text = "aé戦😀\xF4\x8F\xBF\xBF\n";
  EXPECT_EQ(units_of(text, TextLevel::kCharacter),
            (Strings{"a", "é", "戦", "😀", "\xF4\x8F\xBF\xBF", "\n"}));
  EXPECT_EQ(units_of("é\n", TextLevel::kByte), (Strings{"\xC3", "\xA9", "\n"}));
  EXPECT_EQ(units_of("", TextLevel::kCharacter), Strings());
}

TEST(TextUnits, EveryLineEndsWithEos) {
  EXPECT_EQ(units_of(" a\tbc \n\n d", TextLevel::kWord),
            (Strings{"a", "bc", "<eos>", "<eos>", "d", "<eos>"}));
  EXPECT_EQ(units_of("a\r\n \n", TextLevel::kWord), (Strings{"a", "<eos>", "<eos>"}));
  EXPECT_EQ(units_of("a\nb", TextLevel::kWord, false), (Strings{"a", "<eos>", "b"}));
  EXPECT_EQ(units_of("a\n ", TextLevel::kWord), (Strings{"a", "<eos>"}));
}

TEST(TextUnits, NumbersStandBetweenBlanksAndLines) {
  EXPECT_EQ(units_of("7 11\n\n\n2\n", TextLevel::kToken), (Strings{"7", "11", "2"}));
}

TEST(TextUnits, UnitsKnowWhereTheyBegin) {
  std::istringstream input("é a\n bb\n");
  TextUnits units(input, TextLevel::kWord, "t", "test", true);
  std::vector<int64_t> bytes;
  std::vector<int64_t> lines;
  while (units.next()) {
    bytes.push_back(units.place().byte);
    lines.push_back(units.place().line);
  }
  EXPECT_EQ(bytes, (std::vector<int64_t>{0, 3, 4, 6, 8}));
  EXPECT_EQ(lines, (std::vector<int64_t>{1, 1, 1, 2, 2}));
}

TEST(TextUnits, BytesThatAreNotUtf8AreRefusedWithTheirPlace) {
  const auto text = [](const std::string& bytes, const std::string& place) {
    return "[test] t: must be UTF-8; got " + bytes + " at byte " + place +
           ". Convert it; only the level byte takes other bytes.";
  };
  EXPECT_EQ(refusal("ab\n\xE9t\xE9", TextLevel::kCharacter), text("0xE9 0x74 0xE9", "3 (line 2)"));
  EXPECT_EQ(refusal("a\xFF", TextLevel::kCharacter), text("0xFF", "1 (line 1)"));
  EXPECT_EQ(refusal("a\x80", TextLevel::kCharacter), text("0x80", "1 (line 1)"));
  EXPECT_EQ(refusal("a\xC3", TextLevel::kCharacter), text("0xC3", "1 (line 1)"));
  EXPECT_EQ(refusal("\xC0\x80", TextLevel::kCharacter), text("0xC0", "0 (line 1)"));  // too long
  EXPECT_EQ(refusal("\xE0\x80\x80", TextLevel::kCharacter), text("0xE0 0x80 0x80", "0 (line 1)"));
  EXPECT_EQ(refusal("\xED\xA0\x80", TextLevel::kCharacter), text("0xED 0xA0 0x80", "0 (line 1)"));
  EXPECT_EQ(refusal("\xF4\x90\x80\x80", TextLevel::kCharacter),
            text("0xF4 0x90 0x80 0x80", "0 (line 1)"));
  EXPECT_EQ(refusal("a\nbc é\xFF", TextLevel::kWord), text("0xFF", "7 (line 2)"));
}

TEST(TextUnits, AWordWithoutEndIsRefused) {
  EXPECT_EQ(units_of(std::string(65536, 'a'), TextLevel::kWord).front().size(), 65536U);
  EXPECT_EQ(refusal("\n" + std::string(65537, 'a'), TextLevel::kWord),
            "[test] t: line 2 must have blanks between words of at most 65536 bytes; got a longer "
            "one. Use level = \"character\" for such text.");
}

}  // namespace
}  // namespace gril

#include "gril/base/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

TEST(Utf8, CharactersOfEveryLength) {
  // RFC 3629, section 7: "A≢Α.", "한국어", "𣎴".
  EXPECT_EQ(decode_utf8("\x41\xE2\x89\xA2\xCE\x91\x2E", "test", "t"),
            (std::u32string{0x41, 0x2262, 0x391, 0x2E}));
  EXPECT_EQ(decode_utf8("\xED\x95\x9C\xEA\xB5\xAD", "test", "t"), (std::u32string{0xD55C, 0xAD6D}));
  EXPECT_EQ(decode_utf8("\xF0\xA3\x8E\xB4", "test", "t"), (std::u32string{0x233B4}));
  EXPECT_EQ(decode_utf8("", "test", "t"), std::u32string());
}

TEST(Utf8, EncodingIsTheInverse) {
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x900 ? 1 : 251) {
    if (c >= 0xD800 && c < 0xE000) continue;
    ASSERT_EQ(decode_utf8(encode_utf8(c), "test", "t"), std::u32string(1, c))
        << static_cast<uint32_t>(c);
    ASSERT_EQ(leading_utf8_bytes(encode_utf8(c) + "x"), encode_utf8(c).size());
    ASSERT_EQ(utf8_bytes(encode_utf8(c).front()), encode_utf8(c).size());
  }
}

TEST(Utf8, RefusesWhatIsNone) {
  // A lone continuation, an end in the middle, overlong forms, a surrogate, above U+10FFFF, bytes
  // that never occur.
  const std::vector<std::string> wrong = {
      "\x80",         "\xE2\x89",         "\xC0\x80", "\xE0\x80\x80", "\xF0\x80\x80\x80",
      "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF",     "\xC3\x28"};
  EXPECT_EQ(leading_utf8_bytes(""), 0U);
  for (const std::string& text : wrong) {
    EXPECT_EQ(leading_utf8_bytes(text), 0U);
    EXPECT_EQ(error_text<InvalidFile>([&] { decode_utf8("ab" + text, "test", "a.txt"); }),
              "[test] a.txt: must be UTF-8; got another byte at 3. Convert the text, or take it "
              "byte by byte.");
  }
}

}  // namespace
}  // namespace gril

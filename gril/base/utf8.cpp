#include "gril/base/utf8.h"

#include <cstdint>

#include "gril/base/check.h"

namespace gril {
namespace {

/// Bytes of a character by its first one, 0 where none begins so, and the bits it holds.
struct FirstByte {
  std::size_t bytes;
  char32_t bits;
};

FirstByte first_byte(uint8_t byte) {
  if (byte < 0x80U) return {1, byte};
  if (byte >= 0xC2U && byte < 0xE0U) return {2, byte & 0x1FU};
  if (byte >= 0xE0U && byte < 0xF0U) return {3, byte & 0x0FU};
  if (byte >= 0xF0U && byte < 0xF5U) return {4, byte & 0x07U};
  return {0, 0};
}

bool continues(char letter) { return (static_cast<uint8_t>(letter) & 0xC0U) == 0x80U; }

/// The character at `place`, which moves behind it; false when there is none, with `place` unmoved.
bool take_character(std::string_view text, std::size_t& place, char32_t& character) {
  const FirstByte first = first_byte(static_cast<uint8_t>(text[place]));
  if (first.bytes == 0 || first.bytes > text.size() - place) return false;
  character = first.bits;
  for (std::size_t i = 1; i < first.bytes; ++i) {
    if (!continues(text[place + i])) return false;
    character = character << 6U | (static_cast<uint8_t>(text[place + i]) & 0x3FU);
  }
  const bool overlong =
      (first.bytes == 3 && character < 0x800U) || (first.bytes == 4 && character < 0x10000U);
  const bool surrogate = character >= 0xD800U && character < 0xE000U;
  if (overlong || surrogate || character > 0x10FFFFU) return false;
  place += first.bytes;
  return true;
}

}  // namespace

std::u32string decode_utf8(std::string_view text, std::string_view where, std::string_view name) {
  std::u32string characters;
  characters.reserve(text.size());
  std::size_t place = 0;
  while (place < text.size()) {
    char32_t character = 0;
    require_file(take_character(text, place, character), where, name,
                 ": must be UTF-8; got another byte at ", place + 1,
                 ". Convert the text, or take it byte by byte.");
    characters += character;
  }
  return characters;
}

std::size_t utf8_bytes(char first) { return first_byte(static_cast<uint8_t>(first)).bytes; }

std::size_t leading_utf8_bytes(std::string_view text) {
  std::size_t bytes = 0;
  char32_t character = 0;
  return !text.empty() && take_character(text, bytes, character) ? bytes : 0;
}

std::string encode_utf8(char32_t character) {
  const auto low = [&](unsigned shift) {
    return static_cast<char>(0x80U | ((character >> shift) & 0x3FU));
  };
  if (character < 0x80U) return {static_cast<char>(character)};
  if (character < 0x800U) return {static_cast<char>(0xC0U | character >> 6U), low(0)};
  if (character < 0x10000U) {
    return {static_cast<char>(0xE0U | character >> 12U), low(6), low(0)};
  }
  return {static_cast<char>(0xF0U | character >> 18U), low(12), low(6), low(0)};
}

}  // namespace gril

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gril {

/// The characters (code points) of UTF-8 text (RFC 3629: no surrogates, no overlong forms, at most
/// U+10FFFF; NUL and a byte order mark are characters like others).
///
/// name    of the text, for messages
/// errors  InvalidFile "[where] name: …" names the first byte, from 1, that does not fit
std::u32string decode_utf8(std::string_view text, std::string_view where, std::string_view name);

/// Bytes of a character that begins with this byte, 1 to 4; 0 where none does.
std::size_t utf8_bytes(char first);

/// Bytes of the character at the start of `text`; 0 where none stands there. For texts that are
/// read piece by piece.
std::size_t leading_utf8_bytes(std::string_view text);

/// A character as UTF-8, 1 to 4 bytes.
std::string encode_utf8(char32_t character);

}  // namespace gril

#pragma once

#include <string>
#include <string_view>

namespace gril {

/// The characters (code points) of UTF-8 text (RFC 3629: no surrogates, no overlong forms, at most
/// U+10FFFF; NUL and a byte order mark are characters like others).
///
/// name    of the text, for messages
/// errors  InvalidFile "[where] name: …" names the first byte, from 1, that does not fit
std::u32string decode_utf8(std::string_view text, std::string_view where, std::string_view name);

/// A character as UTF-8, 1 to 4 bytes.
std::string encode_utf8(char32_t character);

}  // namespace gril

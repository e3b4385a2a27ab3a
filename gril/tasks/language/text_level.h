#pragma once

#include <string>
#include <vector>

namespace gril {

/// What one symbol of a text stands for.
enum class TextLevel {
  kByte,       ///< a byte, 256 symbols
  kCharacter,  ///< a code point of UTF-8
  kWord,       ///< what stands between blanks; the end of a line is the word <eos>
  kToken,      ///< a number that another program wrote
};

/// "byte", "character", "word", "token".
const char* text_level_name(TextLevel level);
std::vector<std::string> text_level_names();
/// Errors: InvalidArgument for another word.
TextLevel text_level_from_name(const std::string& name);

}  // namespace gril

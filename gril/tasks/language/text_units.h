#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "gril/tasks/language/text_level.h"

namespace gril {

/// The word at the end of every line.
constexpr const char* kEndOfLine = "<eos>";

/// Where a unit begins.
struct TextPlace {
  int64_t byte = 0;  ///< bytes before it
  int64_t line = 1;  ///< its line, counted from 1
};

/// A text cut into the units that become symbols, read once from its start in constant memory:
///
///     byte       every byte
///     character  every code point of UTF-8
///     word       what stands between blanks (space, tab, \r, \v, \f) and ends of lines, and <eos>
///                for every end of a line, empty lines too
///     token      the same without <eos>: numbers
///
/// errors  InvalidFile "[where] NAME: …" for bytes that are not UTF-8 (but not at the byte level)
///         and a word of more than 65536 bytes
class TextUnits {
 public:
  /// input           outlives this object
  /// close_last_line whether words behind the last end of a line are a line, with an <eos> of its
  ///                 own: true for files, false for a text that goes on
  TextUnits(std::istream& input, TextLevel level, std::string name, std::string where,
            bool close_last_line);

  /// The next unit, until the next call; nullopt at the end.
  std::optional<std::string_view> next();

  /// Where the unit that next() gave last begins.
  const TextPlace& place() const { return place_; }

 private:
  std::optional<std::string_view> next_character();
  std::optional<std::string_view> next_word();
  /// Moves one byte into unit_.
  void take(int byte);
  /// Refuses a word that is not UTF-8.
  void check_word() const;
  [[noreturn]] void refuse_bytes(int64_t offset) const;

  std::streambuf& input_;
  TextLevel level_;
  std::string name_;
  std::string where_;
  bool close_last_line_;
  bool line_open_ = false;  // words came since the last end of a line
  std::string unit_;
  TextPlace place_;
  TextPlace next_place_;
};

}  // namespace gril

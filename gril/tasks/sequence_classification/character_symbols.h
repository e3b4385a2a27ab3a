#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gril/tasks/sequence_classification/symbol_sequences.h"
#include "gril/tasks/sequence_classification/symbol_table.h"

namespace gril {

/// How often each character (code point) occurs.
class CharacterCounts {
 public:
  void add(std::u32string_view text);
  int64_t of(char32_t character) const { return counts_[character]; }

 private:
  static constexpr std::size_t kCodePoints = 0x110000;
  std::vector<int64_t> counts_ = std::vector<int64_t>(kCodePoints);
};

/// Characters as the symbols of a SymbolTable, whose words they are in UTF-8.
class CharacterSymbols {
 public:
  /// The characters that occur at least `least` times, least ≥ 1.
  /// Errors: InvalidArgument "[where] …" for more than 32,767 symbols.
  CharacterSymbols(const CharacterCounts& counts, int64_t least, std::string_view where);

  /// Adds the characters of `text` and the end mark as one sequence.
  void add(std::u32string_view text, SymbolSequences& sequences) const;
  const SymbolTable& table() const { return table_; }

 private:
  SymbolTable table_;
  std::vector<int16_t> symbols_;  ///< of every code point
};

}  // namespace gril

#include "gril/tasks/sequence_classification/character_symbols.h"

#include <limits>
#include <map>
#include <string>

#include "gril/base/check.h"
#include "gril/base/utf8.h"

namespace gril {
namespace {

constexpr char32_t kLastCharacter = 0x10FFFF;
constexpr int64_t kMostSymbols = std::numeric_limits<int16_t>::max();

}  // namespace

void CharacterCounts::add(std::u32string_view text) {
  for (const char32_t character : text) ++counts_[character];
}

CharacterSymbols::CharacterSymbols(const CharacterCounts& counts, int64_t least,
                                   std::string_view where)
    : symbols_(kLastCharacter + 1, SymbolTable::kUnknown) {
  std::map<std::string, int64_t> words;
  std::vector<char32_t> kept;
  for (char32_t character = 0; character <= kLastCharacter; ++character) {
    if (counts.of(character) < least) continue;
    words[encode_utf8(character)] = counts.of(character);
    kept.push_back(character);
  }
  table_ = SymbolTable(words, least);
  require(table_.size() <= kMostSymbols, where, "there must be at most ", kMostSymbols,
          " symbols; got ", table_.size(), ". Raise least_count.");
  for (const char32_t character : kept) {
    symbols_[character] = static_cast<int16_t>(table_.symbol(encode_utf8(character)));
  }
}

void CharacterSymbols::add(std::u32string_view text, SymbolSequences& sequences) const {
  for (const char32_t character : text) sequences.add(symbols_[character]);
  sequences.add(SymbolTable::kEnd);
  sequences.end_sequence();
}

}  // namespace gril

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gril/tasks/language/text_level.h"
#include "gril/tasks/language/text_map.h"

namespace gril {

/// The word that stands for all words outside a vocabulary.
constexpr const char* kUnknownWord = "<unk>";

/// Which text is which symbol, 0 … size() - 1.
class Vocabulary {
 public:
  /// Nothing: no symbols.
  Vocabulary() = default;
  /// Symbol i is texts[i]; at the level kToken it is still found by its number. Errors:
  /// InvalidArgument "[vocabulary] …" for no texts, and at other levels for an empty one and one
  /// that is there twice.
  Vocabulary(TextLevel level, std::vector<std::string> texts);
  /// The 256 bytes.
  static Vocabulary of_bytes();
  /// Tokens 0 … size - 1 whose texts nobody knows: their numbers stand for them.
  static Vocabulary of_numbers(int64_t size);

  TextLevel level() const { return level_; }
  int64_t size() const { return size_; }
  /// The symbol of a unit of text, -1 when it is none.
  int64_t find(std::string_view unit) const;
  /// The symbol of a unit, that of <unk> for an unknown word where there is one, -1 otherwise.
  int64_t find_or_unknown(std::string_view unit) const;
  /// What a symbol stands for: bytes, at the byte level not always UTF-8. Not checked: 0 … size
  /// - 1.
  std::string text(int64_t symbol) const;
  /// What the model file stores: empty for bytes and numbers, which need no list.
  const std::vector<std::string>& texts() const { return texts_; }

  /// 16 hexadecimal digits that differ where level, size or a text differ: child_seed, text after
  /// text. Same value on every machine.
  std::string checksum() const;

 private:
  TextLevel level_ = TextLevel::kByte;
  int64_t size_ = 0;
  std::vector<std::string> texts_;
  TextMap<int64_t> symbols_;
};

}  // namespace gril

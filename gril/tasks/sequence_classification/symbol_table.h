#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gril {

/// The symbols of a text data set as torchtext numbers them, so S4's and S5's: padding 0, unknown
/// 1, end 2, and then the words of the training set by falling frequency, equal ones in the order
/// of their bytes (for UTF-8: of their code points).
class SymbolTable {
 public:
  static constexpr int64_t kPadding = 0;
  static constexpr int64_t kUnknown = 1;
  static constexpr int64_t kEnd = 2;

  SymbolTable() = default;
  /// counts  how often each word occurs
  /// least   words that occur less often are left out
  SymbolTable(const std::map<std::string, int64_t>& counts, int64_t least);

  /// kUnknown for words that are not in it.
  int64_t symbol(const std::string& word) const;
  /// "<pad>", "<unk>", "<eos>" and the words.
  const std::vector<std::string>& words() const { return words_; }
  int64_t size() const { return static_cast<int64_t>(words_.size()); }

 private:
  std::vector<std::string> words_;
  std::map<std::string, int64_t> symbols_;
};

}  // namespace gril

#include "gril/tasks/sequence_classification/symbol_table.h"

#include <algorithm>
#include <utility>

namespace gril {

SymbolTable::SymbolTable(const std::map<std::string, int64_t>& counts, int64_t least)
    : words_{"<pad>", "<unk>", "<eos>"} {
  std::vector<std::pair<std::string, int64_t>> kept;
  for (const auto& [word, count] : counts) {
    if (count >= least) kept.emplace_back(word, count);
  }
  std::stable_sort(kept.begin(), kept.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [word, count] : kept) {
    symbols_[word] = size();
    words_.push_back(word);
  }
}

int64_t SymbolTable::symbol(const std::string& word) const {
  const auto found = symbols_.find(word);
  return found == symbols_.end() ? kUnknown : found->second;
}

}  // namespace gril

#include "gril/tasks/language/vocabulary.h"

#include <charconv>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/fnv1a.h"
#include "gril/base/json_text.h"
#include "gril/base/seed.h"

namespace gril {
namespace {

constexpr const char* kWhere = "vocabulary";
constexpr int64_t kBytes = 256;

}  // namespace

Vocabulary::Vocabulary(TextLevel level, std::vector<std::string> texts)
    : level_(level), size_(static_cast<int64_t>(texts.size())), texts_(std::move(texts)) {
  require(!texts_.empty(), kWhere, "a vocabulary must have symbols; got none.");
  if (level == TextLevel::kToken) return;  // found by number
  symbols_.reserve(texts_.size());
  for (const std::string& text : texts_) {
    require(!text.empty(), kWhere, "every symbol must stand for a text; got an empty one.");
    const bool added = symbols_.emplace(text, static_cast<int64_t>(symbols_.size())).second;
    require(added, kWhere, "every symbol must stand for another text; got ", shown_text(text),
            " twice.");
  }
}

Vocabulary Vocabulary::of_bytes() {
  Vocabulary result;
  result.size_ = kBytes;
  return result;
}

Vocabulary Vocabulary::of_numbers(int64_t size) {
  Vocabulary result;
  result.level_ = TextLevel::kToken;
  result.size_ = size;
  return result;
}

int64_t Vocabulary::find(std::string_view unit) const {
  if (level_ == TextLevel::kByte)
    return unit.size() == 1 ? static_cast<unsigned char>(unit[0]) : -1;
  if (level_ == TextLevel::kToken) {
    int64_t number = -1;
    const auto [end, error] = std::from_chars(unit.data(), unit.data() + unit.size(), number);
    const bool whole = error == std::errc() && end == unit.data() + unit.size();
    return whole && number >= 0 && number < size_ ? number : -1;
  }
  const auto found = symbols_.find(unit);
  return found == symbols_.end() ? -1 : found->second;
}

int64_t Vocabulary::find_or_unknown(std::string_view unit) const {
  const int64_t symbol = find(unit);
  return symbol < 0 && level_ == TextLevel::kWord ? find(kUnknownWord) : symbol;
}

std::string Vocabulary::text(int64_t symbol) const {
  if (!texts_.empty()) return texts_.at(static_cast<std::size_t>(symbol));
  if (level_ == TextLevel::kToken) return std::to_string(symbol);
  return std::string(1, static_cast<char>(symbol));
}

std::string Vocabulary::checksum() const {
  uint64_t sum = child_seed(0, text_level_name(level_), static_cast<uint64_t>(size_));
  for (const std::string& text : texts_) sum = child_seed(sum, text);
  return hash_text(sum);
}

}  // namespace gril

#include "gril/tasks/language/text_units.h"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/utf8.h"

namespace gril {
namespace {

constexpr std::size_t kLongestWord = 65536;
constexpr int kEnd = std::char_traits<char>::eof();

bool is_blank(int byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
}

}  // namespace

TextUnits::TextUnits(std::istream& input, TextLevel level, std::string name, std::string where,
                     bool close_last_line)
    : input_(*input.rdbuf()),
      level_(level),
      name_(std::move(name)),
      where_(std::move(where)),
      close_last_line_(close_last_line) {}

std::optional<std::string_view> TextUnits::next() {
  if (level_ == TextLevel::kWord || level_ == TextLevel::kToken) return next_word();
  return next_character();
}

void TextUnits::take(int byte) {
  unit_ += std::char_traits<char>::to_char_type(byte);
  ++next_place_.byte;
  if (byte == '\n') ++next_place_.line;
}

std::optional<std::string_view> TextUnits::next_character() {
  place_ = next_place_;
  unit_.clear();
  const int first = input_.sbumpc();
  if (first == kEnd) return std::nullopt;
  take(first);
  if (level_ == TextLevel::kByte) return unit_;
  const std::size_t bytes = utf8_bytes(unit_.front());
  while (unit_.size() < bytes && input_.sgetc() != kEnd) take(input_.sbumpc());
  if (leading_utf8_bytes(unit_) == 0) refuse_bytes(place_.byte);
  return unit_;
}

std::optional<std::string_view> TextUnits::next_word() {
  const bool lines = level_ == TextLevel::kWord;
  const auto separates = [lines](int byte) { return is_blank(byte) || (byte == '\n' && !lines); };
  unit_.clear();
  while (separates(input_.sgetc())) {
    take(input_.sbumpc());
    unit_.clear();
  }
  place_ = next_place_;
  int byte = input_.sgetc();
  if (byte == '\n') take(input_.sbumpc());
  if (byte == '\n' || byte == kEnd) {
    const bool ends = byte == '\n' || (lines && close_last_line_ && line_open_);
    line_open_ = false;
    return ends ? std::optional<std::string_view>(kEndOfLine) : std::nullopt;
  }
  for (; byte != kEnd && byte != '\n' && !is_blank(byte); byte = input_.sgetc()) {
    require_file(unit_.size() < kLongestWord, where_, name_, ": line ", place_.line,
                 " must have blanks between words of at most ", kLongestWord,
                 " bytes; got a longer one. Use level = \"character\" for such text.");
    take(input_.sbumpc());
  }
  check_word();
  line_open_ = true;
  return unit_;
}

void TextUnits::check_word() const {
  for (std::size_t i = 0; i < unit_.size();) {
    const std::size_t bytes = leading_utf8_bytes(std::string_view(unit_).substr(i));
    if (bytes == 0) refuse_bytes(place_.byte + static_cast<int64_t>(i));
    i += bytes;
  }
}

void TextUnits::refuse_bytes(int64_t offset) const {
  const std::string_view rest =
      std::string_view(unit_).substr(static_cast<std::size_t>(offset - place_.byte));
  std::ostringstream bytes;
  for (const char byte : rest.substr(0, std::max<std::size_t>(1, utf8_bytes(rest.front())))) {
    bytes << " 0x" << std::hex << std::uppercase << std::setw(2) << std::setfill('0')
          << static_cast<int>(static_cast<unsigned char>(byte));
  }
  throw InvalidFile(concatenate('[', where_, "] ", name_, ": must be UTF-8; got", bytes.str(),
                                " at byte ", offset, " (line ", place_.line,
                                "). Convert it; only the level byte takes other bytes."));
}

}  // namespace gril

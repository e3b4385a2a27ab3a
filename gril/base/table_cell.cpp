#include "gril/base/table_cell.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <system_error>

namespace gril {
namespace {

bool same_word(std::string_view field, std::string_view lower_case_word) {
  return std::equal(field.begin(), field.end(), lower_case_word.begin(), lower_case_word.end(),
                    [](char letter, char expected) {
                      return std::tolower(static_cast<unsigned char>(letter)) == expected;
                    });
}

bool is_missing(std::string_view field) {
  constexpr std::array<std::string_view, 7> kWords = {"", "na", "n/a", "nan", "null", "none", "?"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [field](std::string_view word) { return same_word(field, word); });
}

}  // namespace

Cell read_cell(std::string_view field) {
  const bool plus = field.size() > 1 && field[0] == '+' && field[1] != '-';
  const std::string_view digits = plus ? field.substr(1) : field;
  double value = 0.0;
  const char* const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, value);
  if (error == std::errc::invalid_argument || stopped != end) {
    return {is_missing(field) ? CellKind::kMissing : CellKind::kNotNumber, 0.0};
  }
  if (error == std::errc::result_out_of_range) {
    // A number below the smallest double is zero to every method; one above the largest is not.
    const bool tiny =
        digits.find("e-") != std::string_view::npos || digits.find("E-") != std::string_view::npos;
    return tiny ? Cell{CellKind::kNumber, 0.0} : Cell{CellKind::kTooLarge, 0.0};
  }
  if (std::isnan(value))
    return {is_missing(field) ? CellKind::kMissing : CellKind::kNotNumber, 0.0};
  return {std::abs(value) > kLargestCell ? CellKind::kTooLarge : CellKind::kNumber, value};
}

}  // namespace gril

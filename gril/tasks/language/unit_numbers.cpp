#include "gril/tasks/language/unit_numbers.h"

#include <istream>
#include <memory>
#include <optional>

#include "gril/base/check.h"
#include "gril/base/unpacked_file.h"
#include "gril/tasks/language/text_units.h"

namespace gril {

std::vector<int32_t> UnitNumbers::read(const std::filesystem::path& file,
                                       const std::string& where) {
  const std::unique_ptr<std::istream> input = open_unpacked(file, where);
  TextUnits units(*input, level_, file.string(), where, /*close_last_line=*/true);
  std::vector<int32_t> numbers;
  for (auto unit = units.next(); unit; unit = units.next()) numbers.push_back(number_of(*unit));
  require_file(!numbers.empty(), where, file.string(), ": must hold text; got none.");
  return numbers;
}

int32_t UnitNumbers::number_of(std::string_view unit) {
  if (level_ == TextLevel::kByte) return static_cast<unsigned char>(unit[0]);
  const auto known = numbers_.find(unit);
  if (known != numbers_.end()) return known->second;
  const auto number = static_cast<int32_t>(texts_.size());
  numbers_.emplace(unit, number);
  texts_.emplace_back(unit);
  return number;
}

}  // namespace gril

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gril/tasks/language/text_level.h"
#include "gril/tasks/language/text_map.h"

namespace gril {

/// Numbers the units of texts in the order in which they first appear; bytes have their own value.
class UnitNumbers {
 public:
  explicit UnitNumbers(TextLevel level) : level_(level) {}

  /// The units of a file (text_units.h), packed with gzip or not, as numbers. Errors: InvalidFile
  /// "[where] PATH: …" for a file without units; those of open_unpacked and TextUnits.
  std::vector<int32_t> read(const std::filesystem::path& file, const std::string& where);

  /// Of every number so far; none for bytes.
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  int32_t number_of(std::string_view unit);

  TextLevel level_;
  std::vector<std::string> texts_;
  TextMap<int32_t> numbers_;
};

}  // namespace gril

#include "gril/tasks/language/shown_symbol.h"

#include <iomanip>
#include <sstream>

#include "gril/base/json.h"

namespace gril {

std::string shown_symbol(const Vocabulary& vocabulary, int64_t symbol) {
  const std::string text = vocabulary.text(symbol);
  constexpr int64_t kAscii = 128;
  if (vocabulary.level() == TextLevel::kByte && symbol >= kAscii) {
    std::ostringstream digits;
    digits << "0x" << std::hex << std::uppercase << symbol;
    return digits.str();
  }
  const bool quoted =
      vocabulary.level() == TextLevel::kByte || vocabulary.level() == TextLevel::kCharacter;
  return quoted ? Json(text).dump() : text;
}

}  // namespace gril

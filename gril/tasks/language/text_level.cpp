#include "gril/tasks/language/text_level.h"

#include <algorithm>
#include <array>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"

namespace gril {
namespace {

/// In the order of the enumeration.
constexpr std::array kNames = {"byte", "character", "word", "token"};

}  // namespace

const char* text_level_name(TextLevel level) { return kNames.at(static_cast<std::size_t>(level)); }

std::vector<std::string> text_level_names() { return {kNames.begin(), kNames.end()}; }

TextLevel text_level_from_name(const std::string& name) {
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  require(found != kNames.end(), "text_level", "level must be one of ",
          join_words(text_level_names()), "; got \"", name, "\".");
  return static_cast<TextLevel>(found - kNames.begin());
}

}  // namespace gril

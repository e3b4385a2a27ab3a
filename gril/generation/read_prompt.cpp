#include "gril/generation/read_prompt.h"

#include <vector>

#include "gril/base/check.h"
#include "gril/base/json_text.h"
#include "gril/tasks/language/text_units.h"

namespace gril {
namespace {

constexpr const char* kWhere = "generate";

std::string refusal(const std::string& unit, const TextPlace& place, const Vocabulary& vocabulary) {
  const bool token = vocabulary.level() == TextLevel::kToken;
  return concatenate(
      "every ", text_level_name(vocabulary.level()), " must be in the vocabulary of the model",
      token ? concatenate(", 0 to ", vocabulary.size() - 1) : "", "; got ", shown_text(unit),
      " at byte ", place.byte, " (line ", place.line, "). Replace it, or leave it out.");
}

}  // namespace

int64_t read_prompt(std::istream& text, const std::string& name, const Vocabulary& vocabulary,
                    TextGenerator& generator) {
  TextUnits units(text, vocabulary.level(), name, kWhere, /*close_last_line=*/false);
  std::vector<int64_t> piece;
  int64_t count = 0;
  const auto hand_over = [&] {
    generator.read(piece);
    count += static_cast<int64_t>(piece.size());
    piece.clear();
  };
  for (auto unit = units.next(); unit; unit = units.next()) {
    piece.push_back(vocabulary.find_or_unknown(*unit));
    if (piece.back() < 0) {
      throw InvalidArgument(concatenate('[', kWhere, "] ", name, ": ",
                                        refusal(std::string(*unit), units.place(), vocabulary)));
    }
    if (static_cast<int64_t>(piece.size()) == generator.piece()) hand_over();
  }
  if (!piece.empty()) hand_over();
  require(count > 0, kWhere, name, ": the prompt must have at least 1 symbol; got none.");
  return count;
}

}  // namespace gril

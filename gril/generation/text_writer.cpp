#include "gril/generation/text_writer.h"

#include "gril/tasks/language/text_units.h"

namespace gril {

std::string TextWriter::text(int64_t symbol) {
  std::string unit = vocabulary_.text(symbol);
  const bool numbers = vocabulary_.level() == TextLevel::kToken && vocabulary_.texts().empty();
  if (vocabulary_.level() != TextLevel::kWord && !numbers) return unit;
  const bool ends_line = !numbers && unit == kEndOfLine;
  if (ends_line) unit = "\n";
  if (!ends_line && !line_start_) unit.insert(0, 1, ' ');
  line_start_ = ends_line;
  return unit;
}

}  // namespace gril

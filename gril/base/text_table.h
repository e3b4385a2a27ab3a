#pragma once

#include <string>
#include <vector>

namespace gril {

/// Cells as lines of text, columns aligned with spaces as a terminal shows them: a character of
/// several bytes takes one place. Every row has as many cells as the first.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace gril

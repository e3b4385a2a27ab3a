#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gril {

/// What reading the text of a list operation gives.
struct ReadList {
  int64_t value = 0;
  int64_t length = 0;          ///< tokens without round brackets
  int64_t operators = 0;       ///< operators in all
  int64_t nested = 0;          ///< operators on the longest path
  int64_t most_arguments = 0;  ///< of one operator
  char root = ' ';             ///< last letter of the first operator, or a digit
};

/// Reads the text of the released files from the definition in words: the round brackets must nest
/// every operator to the left. Throws std::runtime_error for any other text.
ReadList read_list_text(const std::string& text);

}  // namespace gril

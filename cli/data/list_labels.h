#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gril::cli {

/// Lines of files that say what is not so.
struct WrongLines {
  int64_t count = 0;
  std::vector<std::string> first;  ///< at most ten: file, line, rule and what was found
};

/// Adds the lines of a file of list operations (list_operations.h) whose label is not the value of
/// their expression, or whose words are no expression. Errors: those of for_each_tsv_line.
void add_wrong_list_labels(WrongLines& wrong, const std::filesystem::path& file);

}  // namespace gril::cli

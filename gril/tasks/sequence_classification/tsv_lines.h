#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gril {

/// One line of a file of columns that tabs separate.
struct TsvLine {
  int64_t number;                         ///< from 1
  std::vector<std::string_view> columns;  ///< as they stand: quotation marks mean nothing
};

/// Calls `visit` for every line of a file, packed with gzip or not, whose lines may end with
/// "\r\n". The views hold until `visit` returns. Readers that take quotation marks for quoting join
/// lines of the AAN files and silently change their number. Errors: those of open_unpacked;
/// InvalidFile "[where] path: line N: …" for another number of columns.
void for_each_tsv_line(const std::filesystem::path& path, std::size_t columns,
                       const std::string& where, const std::function<void(const TsvLine&)>& visit);

/// "path: line N", for messages.
std::string line_name(const std::filesystem::path& path, int64_t number);

}  // namespace gril

#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gril::stream {

/// Which columns of a table take part, as the caller names them.
struct ColumnOptions {
  std::string target;                 ///< the column to predict
  std::vector<std::string> features;  ///< empty: every column except target and dropped ones
  std::vector<std::string> dropped;   ///< columns left out
};

/// The columns that take part, by position in the table.
struct ColumnChoice {
  std::size_t target = 0;
  std::vector<std::size_t> features;
  std::vector<std::string> feature_names;
};

/// Finds the columns of `options` among `columns` of the table called `table`.
/// errors  InvalidArgument "[stream] …" for a name that is no column (with the nearest name and the
///         list of columns), the target among the features, a feature given twice or also dropped,
///         and no feature left.
ColumnChoice choose_columns(const std::vector<std::string>& columns, const ColumnOptions& options,
                            const std::string& table);

}  // namespace gril::stream

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gril/stream/sliding_window_least_squares.h"
#include "gril/stream/stream_comparison.h"
#include "gril/stream/table_columns.h"

namespace gril::cli {

/// What the caller of gril stream asked for.
struct StreamOptions {
  std::string model;
  std::vector<std::string> tables;  ///< one after another, one stream; "-" is the standard input
  std::string output;               ///< file of the predictions, or none
  std::string curve;                ///< file of the cumulative errors, or none
  std::string missing = "error";
  stream::ColumnOptions columns;
  stream::ComparisonOptions comparison;
  std::size_t window = stream::SlidingWindowOptions{}.window;
  std::string load_state;                  ///< file to start from, or none
  std::vector<std::string> merged_states;  ///< two files to start from, the earlier first, or none
  std::string save_state;                  ///< file for the state at the end, or none
  bool no_standardise = false;
  bool no_intercept = false;
  bool force = false;
  bool json = false;
};

/// The stream from its tables to the summary. Returns the exit code.
int run_stream(StreamOptions options);

}  // namespace gril::cli

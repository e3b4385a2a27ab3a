#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gril {

/// Which columns of a table are what.
struct LabelledTableOptions {
  std::string label;  ///< the column of classes: its name or its number, counted from 1;
                      ///< "" stands for the last one
  std::vector<std::string> drop;  ///< columns left out, by name or number
  bool header = true;             ///< whether the first line names the columns
};

/// A table of numbers whose rows belong to classes.
struct LabelledTable {
  std::vector<std::string> classes;  ///< their names, in the order of the file
  std::vector<int64_t> labels;       ///< the class of every row
  torch::Tensor features;            ///< (rows, d), float64
};

/// Reads a table of comma-separated values (base/csv_table.h), packed with gzip or not. Every
/// column but the label and the dropped ones is a feature.
///
/// errors  InvalidArgument "[where] …" when there is no such file, and for a name that is no
///         column, the label among the dropped and no feature left; InvalidFile "[where] PATH: …"
///         for a row without a class, a feature that is missing (empty, NaN, ?), no number or too
///         large, more than 2²⁶ numbers, and what CsvTable refuses
LabelledTable read_labelled_table(const std::filesystem::path& path,
                                  const LabelledTableOptions& options, const std::string& where);

}  // namespace gril

#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>

#include "gril/synthetic_data/generated_folder.h"
#include "gril/synthetic_data/list_operations_expression.h"

namespace gril {

/// A set of list operations in three parts.
struct ListOperationsSet {
  int64_t train = 96'000;
  int64_t validation = 2'000;
  int64_t test = 2'000;
  uint64_t seed = 0;
  ListExpressionLaw law = {};
};

/// What was written.
struct ListOperationsCounts {
  bool finished = false;             ///< false: told to stop, and nothing was written
  int64_t drawn = 0;                 ///< trees, with those outside the law
  int64_t written = 0;               ///< expressions, all different
  std::array<int64_t, 10> labels{};  ///< how many have the value 0 … 9
};

/// Writes basic_train.tsv, basic_val.tsv and basic_test.tsv as Long Range Arena's ListOps has them:
/// a line "Source<TAB>Target", then the text and the value of one expression per line. All
/// expressions are different (of two whose 64-bit hashes agree, the second is left out). The parts
/// are independent draws, as the released ones are: these are not the released expressions.
/// Source: benchmark_data.md, section 1; Tay et al. 2021, arXiv 2011.04006.
///
/// folder    created where it is missing; beside the files it receives generated.json
/// earlier   kKeep is no choice here: a set is written as a whole
/// go_on     called after each expression with their number so far; false stops
/// errors    InvalidArgument for a law that check() refuses, a part that is negative, a set that is
///           empty or has more than 10^8 expressions, data that are there (check_generated_folder),
///           and a law that yields no further expression in 10^6 draws; InvalidFile when writing
///           fails. The folder is as before then, unless a file cannot take its name: then some may
///           be new, and generated.json is missing
/// cost      of the defaults 1.2 million trees, about 10 s
ListOperationsCounts write_list_operations(const std::filesystem::path& folder,
                                           const ListOperationsSet& set, EarlierData earlier,
                                           const std::function<bool(int64_t)>& go_on);

}  // namespace gril

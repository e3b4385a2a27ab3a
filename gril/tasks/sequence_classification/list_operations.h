#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/tasks/sequence_classification/evaluation_split.h"
#include "gril/tasks/sequence_classification/sequence_classification.h"

namespace gril {

/// Settings of the task list_operations, the keys of the section [task].
struct ListOperationsOptions {
  std::string folder;     ///< of the three files; a relative path is in $GRIL_DATA (data/)
  int64_t length = 2048;  ///< longest sequence, end mark included; at least 2
  EvaluationSplitOptions evaluation;  ///< only `split`: the sets are files
  /// Vocabulary::checksum() of the symbols must be this; "": whatever it is. Their numbers follow
  /// from the training texts, so that a model fits no others.
  std::string vocabulary_checksum;
  std::string cache = "auto";  ///< where sequences are kept for the next start: sequence_cache.h
};

/// The value of a nested list of operations: Long Range Arena's ListOps. Source: Nangia and Bowman
/// 2018, Tay et al. 2021; preprocessing of S4 and S5.
///
///     files    basic_train.tsv, basic_val.tsv, basic_test.tsv: a line "Source<TAB>Target", then an
///              expression such as ( ( ( [MAX 4 ) 7 ) ] ) and its value 0 … 9 a line
///     symbols  the words but for the round brackets, which hold no information: the digits, [MIN,
///              [MAX, [MED, [SM and ]; the first length - 1 of them, then the end mark. Numbers:
///              symbol_table.h, counted in the training file as it is cut; 18 in all
///
/// Errors: InvalidArgument "[list_operations] …" for a file that is not there and a value outside
/// its rule; InvalidFile "[list_operations] path: line N: …" for another first line, a line without
/// two columns, another word, another value, and no expression at all.
std::unique_ptr<SequenceClassification> make_list_operations(const ListOperationsOptions& options);

/// The words of an expression without its round brackets. Errors: none; words may be anything.
std::vector<std::string> list_words(std::string_view expression);

/// Reads the options from a configuration ("folder" must be given); finishes the section.
ListOperationsOptions read_list_operations_options(ConfigSection& section);

/// Every option with its value, "kind" first.
Json to_json(const ListOperationsOptions& options);

}  // namespace gril

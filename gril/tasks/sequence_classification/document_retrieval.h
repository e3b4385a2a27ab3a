#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gril/base/config_section.h"
#include "gril/tasks/sequence_classification/evaluation_split.h"
#include "gril/tasks/sequence_classification/sequence_classification.h"

namespace gril {

/// Settings of the task document_retrieval, the keys of the section [task].
struct DocumentRetrievalOptions {
  std::string folder;       ///< of the three files; a relative path is in $GRIL_DATA (data/)
  int64_t length = 4000;    ///< longest document, end mark included; at least 2
  int64_t least_count = 1;  ///< characters that training texts show less often are unknown
  EvaluationSplitOptions evaluation;  ///< only `split`: the sets are files
  /// Vocabulary::checksum() of the symbols must be this; "": whatever it is. Their numbers follow
  /// from the training texts, so that a model fits no others.
  std::string vocabulary_checksum;
  std::string cache = "auto";  ///< where sequences are kept for the next start: sequence_cache.h
};

/// Whether of two papers one cites the other: Long Range Arena's Retrieval, the pairs of the ACL
/// Anthology Network (AAN). Source: Radev et al. 2013, Tay et al. 2021; preprocessing of S4 and S5.
///
///     files    new_aan_pairs.train.tsv, .eval.tsv, .test.tsv without a header: label, two names,
///              two texts a line. The label stands there as a number with a point (1.0);
///              quotation marks are letters (tsv_lines.h)
///     symbols  characters (code points): the first length - 1, then the end mark; numbers of
///              symbol_table.h, counted in both texts of all training lines as they are cut
///     tokens   (B, T, 2), the two documents side by side, with lengths (B, 2)
///
/// Errors: InvalidArgument "[document_retrieval] …" for a file that is not there and a value
/// outside its rule; InvalidFile "[document_retrieval] path: line N: …" for a line without 5
/// columns, another label, text that is not UTF-8 (with its byte), and no pair at all.
///
/// cost  memory of 2 bytes for each character kept: about 2.4 GB for the 147,086 training pairs
std::unique_ptr<SequenceClassification> make_document_retrieval(
    const DocumentRetrievalOptions& options);

/// Reads the options from a configuration ("folder" must be given); finishes the section.
DocumentRetrievalOptions read_document_retrieval_options(ConfigSection& section);

/// Every option with its value, "kind" first.
Json to_json(const DocumentRetrievalOptions& options);

}  // namespace gril

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/tasks/in_context/class_examples.h"
#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// Settings of the task TableClassification, the keys of the section [task].
struct TableClassificationOptions {
  std::string path;   ///< the table; relative paths are in $GRIL_DATA (data/); packed or not
  std::string label;  ///< column of the classes, by name or number from 1; "" is the last one
  std::vector<std::string> drop;   ///< columns left out, by name or number from 1
  bool header = true;              ///< whether the first line names the columns
  int64_t classes_per_prompt = 2;  ///< C, classes of one prompt; at least 2
  int64_t examples = 20;           ///< N, context examples of a prompt; at least C
  double evaluation_share = 0.2;   ///< share of the rows of every class kept for evaluation, 0 to 1
  uint64_t split_seed = 0;  ///< which rows those are; in a configuration, where it is absent, the
                            ///< seed of the experiment
  TokenLayout layout = TokenLayout::kWindowed;
};

/// In-context classification of the rows of a real table: iris, wine, breast cancer, digits and the
/// like as UCI publishes them, or any table of numbers with a column of classes.
///
///     split     of the n rows of a class, round(share · n) drawn at random are for evaluation, at
///               least 1 and at most n - 1; the others are for training
///     features  (x - mean) / standard deviation over the training rows; a column that is constant
///               there is 0
///     prompt    C classes under new names 0 … C - 1, N examples and a query (class_examples.h)
///     training  context and query are training rows
///     evaluation the context is of training rows, the query an evaluation row: a row that no
///               training ever showed
///
/// One prompt of iris, C = 2, N = 2 as pairs, time from left to right; d = 4 features over 2
/// classes:
///
///     x_1 (versicolor)   x_2 (setosa)   x_q (setosa)
///     1  0               0  1           0  0            target: class 1
///
/// Because names are new in every prompt, nothing about a class can be remembered: without a look
/// at the context the cross-entropy is ln C. Outputs are logits, scored at the last token.
class TableClassification : public InContextTask {
 public:
  /// Reads the table. Errors: "[table_classification] …": InvalidArgument for a value outside its
  /// rule, a class with fewer rows than prompts need, and a layout that cannot hold C numbers per
  /// label; those of read_labelled_table.
  explicit TableClassification(const TableClassificationOptions& options);

  /// Prompts of training rows.
  Prompts sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const override;
  /// Prompts that ask for evaluation rows.
  Prompts evaluation_prompts(int64_t prompts, uint64_t seed, torch::Dtype dtype) const override;
  int64_t token_width() const override;
  int64_t output_size() const override { return options_.classes_per_prompt; }
  TokenLayout layout() const override { return options_.layout; }
  /// Cross-entropy at the last token.
  Scoring scoring() const override;
  ExampleLabels labels(const Batch& example) const override;
  Json config() const override;

  const TableClassificationOptions& options() const { return options_; }

 private:
  Prompts draw(const ClassItems& queries, int64_t batch, uint64_t seed, torch::Dtype dtype) const;

  TableClassificationOptions options_;
  torch::Tensor features_;    // (rows, d), float32, standardised
  ClassItems training_rows_;  // of every class
  ClassItems evaluation_rows_;
};

/// Reads the options from a configuration ("kind" may be there and must be "table_classification";
/// "path" must be given); finishes the section. Errors: InvalidArgument.
TableClassificationOptions read_table_classification_options(ConfigSection& section,
                                                             uint64_t experiment_seed);

/// Every option with its value, "kind" first.
Json to_json(const TableClassificationOptions& options);

}  // namespace gril

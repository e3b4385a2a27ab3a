#include "gril/tasks/in_context/table_classification.h"

#include <ATen/ATen.h>

#include <utility>

#include "gril/base/check.h"
#include "gril/base/data_folder.h"
#include "gril/tasks/in_context/batch_tokens.h"
#include "gril/tasks/in_context/labelled_table.h"
#include "gril/tasks/in_context/token_parts.h"

namespace gril {
namespace {

constexpr const char* kWhere = "table_classification";
constexpr const char* kKind = "table_classification";

void check(const TableClassificationOptions& options) {
  require(!options.path.empty(), kWhere, "path must name a table; got none.");
  require(options.evaluation_share > 0 && options.evaluation_share < 1, kWhere,
          "evaluation_share must be above 0 and below 1; got ", options.evaluation_share, ".");
}

ClassItems rows_by_class(const LabelledTable& table) {
  ClassItems rows(table.classes.size());
  for (std::size_t row = 0; row < table.labels.size(); ++row) {
    rows[static_cast<std::size_t>(table.labels[row])].push_back(static_cast<int64_t>(row));
  }
  return rows;
}

/// (x - mean) / standard deviation of `rows`; 0 where that is 0. Float32, after float64 arithmetic.
torch::Tensor standardised(const torch::Tensor& features, const ClassItems& rows) {
  std::vector<int64_t> all;
  for (const auto& of_class : rows) all.insert(all.end(), of_class.begin(), of_class.end());
  const torch::Tensor known = features.index_select(0, at::tensor(all, at::kLong));
  const torch::Tensor mean = known.mean(0);
  const torch::Tensor spread = (known - mean).square().mean(0).sqrt();
  // A column of equal numbers may have a spread of rounding errors.
  const torch::Tensor constant = spread <= 1e-12 * mean.abs();
  return ((features - mean) / spread).masked_fill(constant, 0).to(at::kFloat);
}

Json drop_json(const std::vector<std::string>& drop) {
  Json list = Json::array();
  for (const std::string& name : drop) list.push_back(name);
  return list;
}

/// A column as text, whether the file names it or gives its number.
std::string column_of(const Json& value, const ConfigSection& section, const char* key) {
  if (value.is_string()) return value.get<std::string>();
  require(value.is_number_integer(), kWhere, section.name(), ": ", key,
          " must be a name or a number; got ", value.dump(), ".");
  return value.dump();
}

}  // namespace

TableClassification::TableClassification(const TableClassificationOptions& options)
    : options_(options) {
  check(options);
  const LabelledTable table = read_labelled_table(
      data_path(options.path),
      {.label = options.label, .drop = options.drop, .header = options.header}, kWhere);
  ItemSplit split = split_items(rows_by_class(table), options.evaluation_share, options.split_seed);
  training_rows_ = std::move(split.kept);
  evaluation_rows_ = std::move(split.taken);
  const ClassPromptOptions prompt{.classes = options.classes_per_prompt,
                                  .examples = options.examples};
  const ItemWords words{kWhere, "training rows", table.classes};
  check_class_items(training_rows_, training_rows_, prompt, words);
  check_class_items(training_rows_, evaluation_rows_, prompt, words);
  features_ = standardised(table.features, training_rows_);
  require_file(features_.ne(0).any().item<bool>(), kWhere, options.path,
               ": a column must differ from row to row; got training rows whose features are all "
               "equal. Use other columns.");
  require_file(features_.isfinite().all().item<bool>(), kWhere, options.path,
               ": numbers must fit float32 when they are counted in standard deviations of the "
               "training rows; got one that does not. Drop its row or column.");
  token_width();
}

int64_t TableClassification::token_width() const {
  return token_shape(options_.layout, features_.size(1), options_.classes_per_prompt).width;
}

Prompts TableClassification::draw(const ClassItems& queries, int64_t batch, uint64_t seed,
                                  torch::Dtype dtype) const {
  check_sample_request(batch, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const ClassExamples examples = draw_class_examples(
      training_rows_, queries,
      {.classes = options_.classes_per_prompt, .examples = options_.examples}, batch, seed);
  const torch::Tensor inputs = features_.index_select(0, examples.items.flatten())
                                   .to(dtype)
                                   .reshape({batch, options_.examples + 1, features_.size(1)});
  return classification_prompts(options_.layout, inputs, examples.labels,
                                options_.classes_per_prompt);
}

Prompts TableClassification::sample_prompts(int64_t batch, uint64_t seed,
                                            torch::Dtype dtype) const {
  return draw(training_rows_, batch, seed, dtype);
}

Prompts TableClassification::evaluation_prompts(int64_t prompts, uint64_t seed,
                                                torch::Dtype dtype) const {
  return draw(evaluation_rows_, prompts, evaluation_seed(seed), dtype);
}

Scoring TableClassification::scoring() const {
  return {.loss = LossKind::kCrossEntropy, .positions = Positions::kLast};
}

ExampleLabels TableClassification::labels(const Batch& example) const {
  return classification_labels(options_.layout, features_.size(1), options_.classes_per_prompt,
                               options_.examples, example);
}

Json TableClassification::config() const { return to_json(options_); }

TableClassificationOptions read_table_classification_options(ConfigSection& section,
                                                             uint64_t experiment_seed) {
  TableClassificationOptions options;
  section.choice("kind", kKind, {kKind});
  section.need("path");
  options.path = section.text("path", "");
  const Json label = section.value("label");
  if (!label.is_null()) options.label = column_of(label, section, "label");
  const Json drop = section.value("drop");
  require(drop.is_null() || drop.is_array(), kWhere, section.name(),
          ": drop must be a list of columns; got ", drop.dump(), ".");
  for (const Json& column : drop) options.drop.push_back(column_of(column, section, "drop"));
  options.header = section.flag("header", options.header);
  options.classes_per_prompt = section.integer("classes_per_prompt", options.classes_per_prompt, 2);
  options.examples = section.integer("examples", options.examples, 1);
  options.evaluation_share = section.number("evaluation_share", options.evaluation_share);
  options.split_seed = static_cast<uint64_t>(
      section.integer("split_seed", static_cast<int64_t>(experiment_seed), 0));
  options.layout = token_layout_from_name(
      section.choice("layout", token_layout_name(options.layout), token_layout_names()));
  section.finish();
  return options;
}

Json to_json(const TableClassificationOptions& options) {
  return Json{{"kind", kKind},
              {"path", options.path},
              {"label", options.label},
              {"drop", drop_json(options.drop)},
              {"header", options.header},
              {"classes_per_prompt", options.classes_per_prompt},
              {"examples", options.examples},
              {"evaluation_share", options.evaluation_share},
              {"split_seed", options.split_seed},
              {"layout", token_layout_name(options.layout)}};
}

}  // namespace gril

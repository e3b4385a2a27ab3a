#include "gril/tasks/in_context/linear_classification.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "gril/base/check.h"
#include "gril/tasks/in_context/batch_tokens.h"
#include "gril/tasks/in_context/row_products.h"
#include "gril/tasks/in_context/token_parts.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_classification";
constexpr const char* kKind = "linear_classification";

void check(const LinearClassificationOptions& options) {
  require(options.inputs >= 1, kWhere, "inputs must be at least 1; got ", options.inputs, ".");
  require(options.classes >= 2, kWhere, "classes must be at least 2; got ", options.classes, ".");
  require(options.examples >= 1, kWhere, "examples must be at least 1; got ", options.examples,
          ".");
}

}  // namespace

LinearClassification::LinearClassification(const LinearClassificationOptions& options)
    : options_(options),
      shape_((check(options), token_shape(options.layout, options.inputs, options.classes))) {}

Prompts LinearClassification::sample_prompts(int64_t batch, uint64_t seed,
                                             torch::Dtype dtype) const {
  check_sample_request(batch, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const int64_t rows = options_.examples + 1;
  const auto normal = [&](int64_t count, int64_t width) {
    return at::empty({batch, count, width}, at::kFloat).normal_(0.0, 1.0, generator);
  };
  const torch::Tensor x = normal(rows, options_.inputs);
  const torch::Tensor map = normal(options_.inputs, options_.classes);
  // In float64 whatever the dtype of the batch: rounding must not decide a class.
  const torch::Tensor scores =
      add_row_products(x.to(at::kDouble), map.to(at::kDouble),
                       at::zeros({batch, rows, options_.classes}, at::kDouble));
  return classification_prompts(options_.layout, x.to(dtype), scores.argmax(2), options_.classes);
}

Scoring LinearClassification::scoring() const {
  return {.loss = LossKind::kCrossEntropy, .positions = Positions::kLast};
}

ExampleLabels LinearClassification::labels(const Batch& example) const {
  return classification_labels(options_.layout, options_.inputs, options_.classes,
                               options_.examples, example);
}

Json LinearClassification::config() const { return to_json(options_); }

LinearClassificationOptions read_linear_classification_options(ConfigSection& section) {
  LinearClassificationOptions options;
  section.choice("kind", kKind, {kKind});
  options.inputs = section.integer("inputs", options.inputs, 1);
  options.classes = section.integer("classes", options.classes, 2);
  options.examples = section.integer("examples", options.examples, 1);
  options.layout = token_layout_from_name(
      section.choice("layout", token_layout_name(options.layout), token_layout_names()));
  section.finish();
  return options;
}

Json to_json(const LinearClassificationOptions& options) {
  return Json{{"kind", kKind},
              {"inputs", options.inputs},
              {"classes", options.classes},
              {"examples", options.examples},
              {"layout", token_layout_name(options.layout)}};
}

}  // namespace gril

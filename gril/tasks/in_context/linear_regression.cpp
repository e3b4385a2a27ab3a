#include "gril/tasks/in_context/linear_regression.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/tasks/in_context/batch_tokens.h"
#include "gril/tasks/in_context/token_parts.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_regression";
constexpr const char* kKind = "linear_regression";

void check(const LinearRegressionOptions& options) {
  require(options.inputs >= 1, kWhere, "inputs must be at least 1; got ", options.inputs, ".");
  require(options.outputs >= 1, kWhere, "outputs must be at least 1; got ", options.outputs, ".");
  require(options.examples >= 1, kWhere, "examples must be at least 1; got ", options.examples,
          ".");
  require(std::isfinite(options.input_range) && options.input_range > 0, kWhere,
          "input_range must be above 0; got ", options.input_range, ".");
  require(std::isfinite(options.weight_scale) && options.weight_scale > 0, kWhere,
          "weight_scale must be above 0; got ", options.weight_scale, ".");
  require(std::isfinite(options.label_noise) && options.label_noise >= 0, kWhere,
          "label_noise must be at least 0; got ", options.label_noise, ".");
}

/// labels[n, :] += inputs[n, :] weights for every prompt: weights is Wᵀ, (d, m), so that the inner
/// loop runs along memory. A batched matrix product of torch costs ten times as much at this size.
template <typename Scalar>
void add_products(const torch::Tensor& inputs, const torch::Tensor& weights,
                  const torch::Tensor& labels) {
  const int64_t batch = inputs.size(0);
  const int64_t rows = inputs.size(1);
  const int64_t width = inputs.size(2);
  const int64_t outputs = labels.size(2);
  const Scalar* input = inputs.data_ptr<Scalar>();
  const Scalar* weight = weights.data_ptr<Scalar>();
  Scalar* label = labels.data_ptr<Scalar>();
  for (int64_t b = 0; b < batch; ++b, weight += width * outputs) {
    for (int64_t row = 0; row < rows; ++row, input += width, label += outputs) {
      for (int64_t k = 0; k < width; ++k) {
        for (int64_t j = 0; j < outputs; ++j) label[j] += input[k] * weight[k * outputs + j];
      }
    }
  }
}

struct Draws {
  torch::Tensor inputs;   ///< (B, N + 1, d), the query last
  torch::Tensor weights;  ///< (B, d, m), Wᵀ
  torch::Tensor noise;    ///< (B, N + 1, m), what is added to the labels
};

/// In float32 whatever the dtype of the batch. The noise comes last: it changes nothing else.
Draws draw(const LinearRegressionOptions& options, int64_t batch, uint64_t seed) {
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const int64_t rows = options.examples + 1;
  const double half_range = 0.5 * options.input_range;
  Draws draws;
  draws.inputs = at::empty({batch, rows, options.inputs}, at::kFloat);
  draws.inputs.uniform_(-half_range, half_range, generator);
  draws.weights = at::empty({batch, options.inputs, options.outputs}, at::kFloat);
  draws.weights.normal_(0.0, options.weight_scale, generator);
  draws.noise = at::zeros({batch, rows, options.outputs}, at::kFloat);
  if (options.label_noise > 0) draws.noise.normal_(0.0, options.label_noise, generator);
  return draws;
}

}  // namespace

LinearRegression::LinearRegression(const LinearRegressionOptions& options)
    : options_(options),
      shape_((check(options), token_shape(options.layout, options.inputs, options.outputs))) {}

Prompts LinearRegression::sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const {
  check_sample_request(batch, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const Draws draws = draw(options_, batch, seed);
  const torch::Tensor inputs = draws.inputs.to(dtype);
  const torch::Tensor labels = draws.noise.to(dtype);
  if (dtype == at::kFloat) {
    add_products<float>(inputs, draws.weights, labels);
  } else {
    add_products<double>(inputs, draws.weights.to(dtype), labels);
  }
  Prompts result;
  result.targets = labels.select(1, options_.examples).contiguous();
  result.context_inputs = inputs.narrow(1, 0, options_.examples);
  result.context_targets = labels.narrow(1, 0, options_.examples);
  result.query_inputs = inputs.select(1, options_.examples);
  result.tokens = batch_tokens(options_.layout, result.context_inputs, result.context_targets,
                               result.query_inputs);
  return result;
}

Scoring LinearRegression::scoring() const {
  return {.loss = LossKind::kHalfSquaredError, .positions = Positions::kLast};
}

ExampleLabels LinearRegression::labels(const Batch& example) const {
  ExampleLabels labels;
  labels.title =
      concatenate(token_layout_name(options_.layout), " tokens: ", options_.examples,
                  " examples of ", options_.inputs, " inputs and ", options_.outputs, " outputs");
  labels.tokens =
      token_parts(options_.layout, options_.inputs, options_.outputs, options_.examples);
  labels.targets.resize(static_cast<std::size_t>(example.tokens.size(1)));
  labels.targets.back() = "y_q";
  return labels;
}

Json LinearRegression::config() const { return to_json(options_); }

LinearRegressionOptions read_linear_regression_options(ConfigSection& section) {
  LinearRegressionOptions options;
  section.choice("kind", kKind, {kKind});
  options.inputs = section.integer("inputs", options.inputs, 1);
  options.outputs = section.integer("outputs", options.outputs, 1);
  options.examples = section.integer("examples", options.examples, 1);
  options.layout = token_layout_from_name(
      section.choice("layout", token_layout_name(options.layout), token_layout_names()));
  options.input_range = section.number("input_range", options.input_range);
  options.weight_scale = section.number("weight_scale", options.weight_scale);
  options.label_noise = section.number("label_noise", options.label_noise);
  section.finish();
  return options;
}

Json to_json(const LinearRegressionOptions& options) {
  return Json{{"kind", kKind},
              {"inputs", options.inputs},
              {"outputs", options.outputs},
              {"examples", options.examples},
              {"layout", token_layout_name(options.layout)},
              {"input_range", options.input_range},
              {"weight_scale", options.weight_scale},
              {"label_noise", options.label_noise}};
}

}  // namespace gril

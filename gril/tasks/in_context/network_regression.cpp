#include "gril/tasks/in_context/network_regression.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <numbers>

#include "gril/base/check.h"
#include "gril/tasks/in_context/batch_tokens.h"
#include "gril/tasks/in_context/row_products.h"
#include "gril/tasks/in_context/token_parts.h"
#include "gril/tasks/in_context/uniform_inputs.h"
#include "gril/tasks/scale_check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "network_regression";
constexpr const char* kKind = "network_regression";
constexpr const char* kRelu = "relu";
constexpr const char* kCosine = "cosine";

const char* units_name(NetworkUnits units) {
  return units == NetworkUnits::kRelu ? kRelu : kCosine;
}

void check(const NetworkRegressionOptions& options) {
  require(options.inputs >= 1, kWhere, "inputs must be at least 1; got ", options.inputs, ".");
  require(options.outputs >= 1, kWhere, "outputs must be at least 1; got ", options.outputs, ".");
  require(options.examples >= 1, kWhere, "examples must be at least 1; got ", options.examples,
          ".");
  require(options.hidden_size >= 1, kWhere, "hidden_size must be at least 1; got ",
          options.hidden_size, ".");
  check_scale(options.input_range, "input_range", kWhere);
  check_scale(options.scale, "scale", kWhere);
}

struct Draws {
  torch::Tensor inputs;      ///< (B, N + 1, d), the query last
  torch::Tensor input_map;   ///< (B, d, h), W1ᵀ
  torch::Tensor bias;        ///< (B, 1, h), b
  torch::Tensor output_map;  ///< (B, h, m), W2ᵀ
};

/// In float32 whatever the dtype of the batch.
Draws draw(const NetworkRegressionOptions& options, int64_t batch, uint64_t seed) {
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const int64_t hidden = options.hidden_size;
  const double variance = options.input_range * options.input_range / 12.0;
  const double map_scale = 1 / std::sqrt(static_cast<double>(options.inputs) * variance);
  const auto empty = [batch](int64_t rows, int64_t columns) {
    return at::empty({batch, rows, columns}, at::kFloat);
  };
  Draws draws;
  draws.inputs = uniform_inputs({.inputs = options.inputs, .input_range = options.input_range},
                                generator, batch, options.examples + 1);
  draws.input_map = empty(options.inputs, hidden).normal_(0.0, map_scale, generator);
  draws.bias = options.units == NetworkUnits::kRelu
                   ? empty(1, hidden).normal_(0.0, 1.0, generator)
                   : empty(1, hidden).uniform_(0.0, 2 * std::numbers::pi, generator);
  draws.output_map =
      empty(hidden, options.outputs)
          .normal_(0.0, options.scale / std::sqrt(static_cast<double>(hidden)), generator);
  return draws;
}

/// E z² = 2 for relu, of which the positive half counts; E cos² (z + b) = ½ for a uniform phase.
torch::Tensor unit_values(NetworkUnits units, const torch::Tensor& z) {
  return units == NetworkUnits::kRelu ? z.relu() : z.cos() * std::numbers::sqrt2;
}

}  // namespace

NetworkRegression::NetworkRegression(const NetworkRegressionOptions& options)
    : options_(options),
      shape_((check(options), token_shape(options.layout, options.inputs, options.outputs))) {}

Prompts NetworkRegression::sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const {
  check_sample_request(batch, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const Draws draws = draw(options_, batch, seed);
  const int64_t rows = options_.examples + 1;
  const torch::Tensor inputs = draws.inputs.to(dtype);
  const torch::Tensor bias =
      draws.bias.to(dtype).expand({batch, rows, options_.hidden_size}).contiguous();
  const torch::Tensor hidden =
      unit_values(options_.units, add_row_products(inputs, draws.input_map.to(dtype), bias));
  const torch::Tensor labels = add_row_products(hidden, draws.output_map.to(dtype),
                                                at::zeros({batch, rows, options_.outputs}, dtype));
  return regression_prompts(options_.layout, inputs, labels);
}

Scoring NetworkRegression::scoring() const {
  return {.loss = LossKind::kHalfSquaredError, .positions = Positions::kLast};
}

ExampleLabels NetworkRegression::labels(const Batch& /*example*/) const {
  return regression_labels(options_.layout, options_.inputs, options_.outputs, options_.examples);
}

Json NetworkRegression::config() const { return to_json(options_); }

NetworkRegressionOptions read_network_regression_options(ConfigSection& section) {
  NetworkRegressionOptions options;
  section.choice("kind", kKind, {kKind});
  options.inputs = section.integer("inputs", options.inputs, 1);
  options.outputs = section.integer("outputs", options.outputs, 1);
  options.examples = section.integer("examples", options.examples, 1);
  options.hidden_size = section.integer("hidden_size", options.hidden_size, 1);
  const std::string units = section.choice("units", units_name(options.units), {kRelu, kCosine});
  options.units = units == kCosine ? NetworkUnits::kCosine : NetworkUnits::kRelu;
  options.layout = token_layout_from_name(
      section.choice("layout", token_layout_name(options.layout), token_layout_names()));
  options.input_range = section.number("input_range", options.input_range);
  options.scale = section.number("scale", options.scale);
  section.finish();
  return options;
}

Json to_json(const NetworkRegressionOptions& options) {
  return Json{{"kind", kKind},
              {"inputs", options.inputs},
              {"outputs", options.outputs},
              {"examples", options.examples},
              {"hidden_size", options.hidden_size},
              {"units", units_name(options.units)},
              {"layout", token_layout_name(options.layout)},
              {"input_range", options.input_range},
              {"scale", options.scale}};
}

}  // namespace gril

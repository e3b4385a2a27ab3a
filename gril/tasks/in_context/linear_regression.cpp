#include "gril/tasks/in_context/linear_regression.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/base/example_segments.h"
#include "gril/tasks/in_context/batch_tokens.h"
#include "gril/tasks/in_context/row_products.h"
#include "gril/tasks/in_context/token_parts.h"
#include "gril/tasks/in_context/uniform_inputs.h"
#include "gril/tasks/scale_check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_regression";
constexpr const char* kKind = "linear_regression";

void check(const LinearRegressionOptions& options) {
  require(options.inputs >= 1, kWhere, "inputs must be at least 1; got ", options.inputs, ".");
  require(options.outputs >= 1, kWhere, "outputs must be at least 1; got ", options.outputs, ".");
  require(options.examples >= 1, kWhere, "examples must be at least 1; got ", options.examples,
          ".");
  check_scale(options.input_range, "input_range", kWhere);
  check_scale(options.weight_scale, "weight_scale", kWhere);
  require(options.label_noise >= 0 && options.label_noise <= kLargestScale, kWhere,
          "label_noise must lie in [0, ", kLargestScale, "]; got ", options.label_noise, ".");
  require(std::isfinite(options.noise_degrees) && options.noise_degrees > 2, kWhere,
          "noise_degrees must be above 2, so that labels have a variance; got ",
          options.noise_degrees, ".");
  require(std::abs(options.input_correlation) < 1, kWhere,
          "input_correlation must be above -1 and below 1; got ", options.input_correlation, ".");
  require(options.segments >= 1 && options.segments <= options.examples, kWhere,
          "segments must lie in [1, examples] = [1, ", options.examples, "]; got ",
          options.segments, ".");
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
  Draws draws;
  draws.inputs = uniform_inputs({.inputs = options.inputs,
                                 .input_range = options.input_range,
                                 .input_correlation = options.input_correlation},
                                generator, batch, rows);
  draws.weights = at::empty({batch, options.inputs, options.outputs}, at::kFloat);
  draws.weights.normal_(0.0, options.weight_scale, generator);
  draws.noise = label_noise(noise_of(options), generator, batch, rows, options.outputs);
  return draws;
}

}  // namespace

LabelNoise noise_of(const LinearRegressionOptions& options) {
  return {.scale = options.label_noise,
          .law = options.noise,
          .degrees_of_freedom = options.noise_degrees};
}

LinearRegression::LinearRegression(const LinearRegressionOptions& options)
    : options_(options),
      shape_((check(options), token_shape(options.layout, options.inputs, options.outputs))) {}

int64_t LinearRegression::token_width() const {
  return shape_.width + marker_width(options_.segments);
}

Prompts LinearRegression::sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const {
  check_sample_request(batch, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const Draws draws = draw(options_, batch, seed);
  const torch::Tensor inputs = draws.inputs.to(dtype);
  const torch::Tensor labels =
      add_row_products(inputs, draws.weights.to(dtype), draws.noise.to(dtype));
  torch::Tensor markers;
  if (options_.segments > 1) {
    markers = at::tensor(segment_markers(options_.examples, options_.segments), dtype)
                  .view({options_.examples, options_.segments});
  }
  return regression_prompts(options_.layout, inputs, labels, markers);
}

Scoring LinearRegression::scoring() const {
  return {.loss = LossKind::kHalfSquaredError, .positions = Positions::kLast};
}

ExampleLabels LinearRegression::labels(const Batch& /*example*/) const {
  return regression_labels(options_.layout, options_.inputs, options_.outputs, options_.examples,
                           options_.segments);
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
  options.noise = noise_law_from_name(
      section.choice("noise", noise_law_name(options.noise), noise_law_names()));
  options.noise_degrees = section.number("noise_degrees", options.noise_degrees);
  options.input_correlation = section.number("input_correlation", options.input_correlation);
  options.segments = section.integer("segments", options.segments, 1);
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
              {"label_noise", options.label_noise},
              {"noise", noise_law_name(options.noise)},
              {"noise_degrees", options.noise_degrees},
              {"input_correlation", options.input_correlation},
              {"segments", options.segments}};
}

}  // namespace gril

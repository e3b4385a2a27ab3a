#include "gril/constructions/gradient_descent_as_gril.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/constructions/exact_model.h"
#include "gril/layers/gril_layer.h"
#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

/// The weights of a layer before they are written, all float64: name → tensor.
struct LayerWeights {
  GrilLayerOptions options;
  std::vector<std::pair<std::string, at::Tensor>> tensors;
};

/// (rows, width), the identity in the columns from `first` on.
at::Tensor selector(int64_t rows, int64_t width, int64_t first) {
  at::Tensor matrix = at::zeros({rows, width}, at::kDouble);
  matrix.narrow(1, first, rows).copy_(at::eye(rows, at::kDouble));
  return matrix;
}

at::Tensor initial_weights(const GradientDescentStep& step) {
  const at::Tensor weights = at::zeros({step.outputs, step.inputs}, at::kDouble);
  if (step.starts_from_zero()) return weights;
  return at::tensor(step.initial_weights, at::kDouble).view_as(weights);
}

double step_factor(const GradientDescentStep& step) {
  return step.learning_rate / static_cast<double>(step.examples);
}

GrilLayerOptions common_options(const GradientDescentStep& step) {
  GrilLayerOptions options;
  options.input_size = token_shape(step.layout, step.inputs, step.outputs).width;
  options.output_size = step.outputs;
  options.value_size = step.outputs;
  options.key_size = step.inputs;
  options.tied = false;
  options.decay = DecayKind::kFixed;
  options.fixed_decay = step.decay;
  options.initial_weights = !step.starts_from_zero();
  return options;
}

/// Untied maps, one per offset, and a readout factor·I.
LayerWeights untied(const GradientDescentStep& step, GrilLayerOptions options,
                    const std::vector<at::Tensor>& values, const std::vector<at::Tensor>& keys,
                    const std::vector<at::Tensor>& queries, double factor) {
  options.window = static_cast<int64_t>(keys.size());
  LayerWeights weights{options, {}};
  if (options.cross_product) weights.tensors.emplace_back("value_map", at::stack(values));
  weights.tensors.emplace_back("key_map", at::stack(keys));
  weights.tensors.emplace_back("query_map", at::stack(queries));
  weights.tensors.emplace_back("readout", at::eye(step.outputs, at::kDouble) * factor);
  return weights;
}

LayerWeights constructed(const GradientDescentStep& step) {
  GrilLayerOptions options = common_options(step);
  options.cross_product = false;
  const int64_t d = step.inputs;
  return untied(step, options, {}, {selector(d, 2 * d, 0)}, {selector(d, 2 * d, d)},
                step_factor(step));
}

LayerWeights interleaved_from_zero(const GradientDescentStep& step) {
  GrilLayerOptions options = common_options(step);
  options.window = 3;
  options.stride = 2;
  options.projections = "identity";
  options.tied = true;
  options.value_size = step.inputs;
  at::Tensor pairing = at::zeros({3, 3}, at::kDouble);
  pairing[1][2] = 1.0;
  at::Tensor newest = at::zeros({3}, at::kDouble);
  newest[0] = 1.0;
  return {options,
          {{"offset_weights", pairing},
           {"query_offsets", newest},
           {"readout",
            selector(step.outputs, step.inputs, step.inputs - step.outputs) * step_factor(step)}}};
}

LayerWeights interleaved(const GradientDescentStep& step) {
  if (step.starts_from_zero()) return interleaved_from_zero(step);
  GrilLayerOptions options = common_options(step);
  options.stride = 2;
  const int64_t d = step.inputs;
  const int64_t m = step.outputs;
  const at::Tensor none = at::zeros({d, d}, at::kDouble);
  const at::Tensor all = at::eye(d, at::kDouble);
  return untied(step, options,
                {at::zeros({m, d}, at::kDouble), selector(m, d, d - m), -initial_weights(step)},
                {none, none, all}, {all, none, none}, step_factor(step));
}

/// Pairs and windowed: an example in one token.
LayerWeights one_token(const GradientDescentStep& step) {
  GrilLayerOptions options = common_options(step);
  options.strict = step.layout == TokenLayout::kPairs;
  const int64_t d = step.inputs;
  const int64_t width = options.input_size;
  const int64_t query = token_shape(step.layout, d, step.outputs).query_offset;
  const at::Tensor input = selector(d, width, 0);
  const at::Tensor value = selector(step.outputs, width, d) - at::mm(initial_weights(step), input);
  return untied(step, options, {value}, {input}, {selector(d, width, query)}, step_factor(step));
}

LayerWeights blocks(const GradientDescentStep& step) {
  GrilLayerOptions options = common_options(step);
  options.fixed_decay = std::sqrt(step.decay);
  const int64_t width = options.input_size;
  const at::Tensor input = selector(step.inputs, width, 0);
  const at::Tensor target = selector(step.outputs, width, step.inputs);
  const at::Tensor none = at::zeros_like(input);
  return untied(step, options, {target, -at::mm(initial_weights(step), input)}, {none, input},
                {input, none}, step_factor(step) / options.fixed_decay);
}

LayerWeights layer_weights(const GradientDescentStep& step) {
  switch (step.layout) {
    case TokenLayout::kConstructed:
      return constructed(step);
    case TokenLayout::kInterleaved:
      return interleaved(step);
    case TokenLayout::kBlocks:
      return blocks(step);
    case TokenLayout::kPairs:
    case TokenLayout::kWindowed:
      break;
  }
  return one_token(step);
}

Json task_json(const GradientDescentStep& step, double input_range) {
  return {{"kind", "linear_regression"},
          {"inputs", step.inputs},
          {"outputs", step.outputs},
          {"examples", step.examples},
          {"layout", token_layout_name(step.layout)},
          {"input_range", input_range},
          {"weight_scale", 1.0},
          {"label_noise", 0.0}};
}

}  // namespace

std::vector<double> random_initial_weights(int64_t outputs, int64_t inputs, uint64_t seed) {
  require(outputs >= 1 && inputs >= 1, "gradient_descent",
          "inputs and outputs must be at least 1; got ", inputs, " and ", outputs, ".");
  at::Tensor weights = at::empty({outputs * inputs}, at::kDouble);
  draw_normal(weights, 1.0, seed, "initial weights");
  const auto* numbers = weights.data_ptr<double>();
  return {numbers, numbers + weights.numel()};
}

ModelFile gradient_descent_as_gril(const GradientDescentStep& step, double input_range,
                                   torch::Dtype dtype) {
  check(step);
  LayerWeights weights = layer_weights(step);
  if (!step.starts_from_zero()) {
    weights.tensors.emplace_back("initial_weights", initial_weights(step));
  }
  const Json options = layer_json("gril", to_json(resolve(weights.options)));
  constexpr double kDoubleTolerance = 1e-12;
  constexpr double kSingleTolerance = 1e-5;
  return {exact_model({{options, weights.tensors}}, dtype),
          to_json(step, dtype == at::kDouble ? kDoubleTolerance : kSingleTolerance),
          task_json(step, input_range)};
}

}  // namespace gril

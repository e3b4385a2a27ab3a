#include "gril/constructions/gradient_descent_as_gril.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/constructions/classification_step.h"
#include "gril/constructions/descent_start.h"
#include "gril/constructions/exact_model.h"
#include "gril/constructions/example_stream.h"
#include "gril/constructions/full_sums_stack.h"
#include "gril/constructions/gradient_descent_stack.h"
#include "gril/constructions/minibatch_stack.h"
#include "gril/constructions/selector.h"
#include "gril/constructions/sub_layers_stack.h"
#include "gril/layers/gril_layer.h"
#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

/// Constructed tokens: the products are in the data already, and the state is a vector.
ExactLayer products_layer(const GradientDescentClaim& claim) {
  const int64_t d = claim.inputs;
  const GrilLayerOptions options{.input_size = 2 * d,
                                 .output_size = 1,
                                 .value_size = 1,
                                 .key_size = d,
                                 .tied = false,
                                 .cross_product = false,
                                 .decay = DecayKind::kFixed,
                                 .fixed_decay = claim.decay,
                                 .normalisation = claim.normalisation};
  return {layer_json("gril", to_json(resolve(options))),
          {{"key_map", selector(d, 2 * d, 0).unsqueeze(0)},
           {"query_map", selector(d, 2 * d, d).unsqueeze(0)},
           {"readout", at::full({1, 1}, claim.step_factor(1), at::kDouble)}}};
}

/// Interleaved tokens from W0 = 0: the layer of the paper's first version, tied and unprojected.
ExactLayer triplet_layer(const GradientDescentClaim& claim) {
  const GrilLayerOptions options{.input_size = claim.inputs,
                                 .output_size = claim.outputs,
                                 .window = 3,
                                 .stride = 2,
                                 .projections = "identity",
                                 .decay = DecayKind::kFixed,
                                 .fixed_decay = claim.decay};
  at::Tensor pairing = at::zeros({3, 3}, at::kDouble);
  pairing[1][2] = 1.0;
  at::Tensor newest = at::zeros({3}, at::kDouble);
  newest[0] = 1.0;
  const at::Tensor target = selector(claim.outputs, claim.inputs, claim.inputs - claim.outputs);
  return {layer_json("gril", to_json(resolve(options))),
          {{"offset_weights", pairing},
           {"query_offsets", newest},
           {"readout", target * claim.step_factor(1)}}};
}

std::vector<ExactLayer> one_step(const GradientDescentClaim& claim) {
  if (claim.layout == TokenLayout::kConstructed) return {products_layer(claim)};
  if (claim.layout == TokenLayout::kInterleaved && claim.starts_from_zero() &&
      claim.features.is_identity() && claim.normalisation == "none") {
    return {triplet_layer(claim)};
  }
  const ExampleStream stream = example_stream(claim);
  const ExampleWindow& window = stream.window;
  const double factor = claim.step_factor(1) / window.read_decay;
  std::vector<ExactLayer> layers = stream.layers;
  layers.push_back(windowed_layer(
      window, {.values = errors_at_start(claim, window),
               .keys = window.inputs,
               .query = window.query,
               .readout = at::eye(claim.outputs, at::kDouble) * factor,
               .query_readout = claim.starts_from_zero() ? at::Tensor() : initial_weights(claim)}));
  return layers;
}

std::vector<ExactLayer> causal_layers(const GradientDescentClaim& claim) {
  if (claim.loss == DescentLoss::kCrossEntropy) return classification_step(claim);
  return claim.steps() > 1 ? gradient_descent_stack(claim) : one_step(claim);
}

std::vector<ExactLayer> exact_layers(const GradientDescentClaim& claim) {
  switch (claim.route) {
    case DescentRoute::kSubLayers:
      return sub_layers_stack(claim);
    case DescentRoute::kFullSums:
      return full_sums_stack(claim);
    case DescentRoute::kMinibatches:
      return minibatch_stack(claim);
    case DescentRoute::kCausal:
      break;
  }
  return causal_layers(claim);
}

/// None for classification.
Json task_json(const GradientDescentClaim& claim, double input_range) {
  if (claim.loss == DescentLoss::kCrossEntropy) return nullptr;
  return {{"kind", "linear_regression"},
          {"inputs", claim.inputs},
          {"outputs", claim.outputs},
          {"examples", claim.examples},
          {"layout", token_layout_name(claim.layout)},
          {"input_range", input_range},
          {"weight_scale", 1.0},
          {"label_noise", 0.0},
          {"segments", claim.segments()}};
}

}  // namespace

std::vector<double> random_initial_weights(int64_t outputs, int64_t columns, uint64_t seed) {
  require(outputs >= 1 && columns >= 1, "gradient_descent",
          "inputs and outputs must be at least 1; got ", columns, " and ", outputs, ".");
  at::Tensor weights = at::empty({outputs * columns}, at::kDouble);
  draw_normal(weights, 1.0, seed, "initial weights");
  const auto* numbers = weights.data_ptr<double>();
  return {numbers, numbers + weights.numel()};
}

ModelFile gradient_descent_as_gril(const GradientDescentClaim& claim, double input_range,
                                   torch::Dtype dtype) {
  check(claim);
  constexpr double kDoubleTolerance = 1e-12;
  constexpr double kSingleTolerance = 1e-5;
  return {exact_model(exact_layers(claim), dtype),
          to_json(claim, dtype == at::kDouble ? kDoubleTolerance : kSingleTolerance),
          task_json(claim, input_range)};
}

}  // namespace gril

#include "gril/constructions/classification_step.h"

#include <ATen/ATen.h>

#include "gril/constructions/descent_start.h"
#include "gril/constructions/example_window.h"
#include "gril/constructions/selector.h"
#include "gril/layers/linear_layer.h"
#include "gril/layers/multilayer_perceptron.h"

namespace gril {
namespace {

at::Tensor readout(const GradientDescentClaim& claim, const ExampleWindow& window) {
  const double factor = claim.learning_rates.front() / static_cast<double>(claim.examples);
  return at::eye(claim.outputs, at::kDouble) * (factor / window.read_decay);
}

/// Values (I - 11ᵀ/m) y.
ExactLayer step_from_zero(const GradientDescentClaim& claim, const ExampleWindow& window) {
  const int64_t classes = claim.outputs;
  const at::Tensor centering = at::eye(classes, at::kDouble) - 1.0 / static_cast<double>(classes);
  std::vector<at::Tensor> values;
  for (const at::Tensor& target : window.targets) values.push_back(at::mm(centering, target));
  return windowed_layer(window, {.values = values,
                                 .keys = window.inputs,
                                 .query = window.query,
                                 .readout = readout(claim, window)});
}

/// The token with `count` channels of zeros behind.
ExactLayer wider_token(int64_t width, int64_t count) {
  const LinearLayerOptions options{
      .input_size = width, .output_size = width + count, .bias = false};
  return {layer_json("linear", to_json(options)),
          {{"map", at::eye(width + count, width, at::kDouble)}}};
}

/// Adds softmax(logits · token) to the channels `probabilities` selects.
ExactLayer softmax_channels(const at::Tensor& logits, const at::Tensor& probabilities) {
  const MultilayerPerceptronOptions options{.input_size = logits.size(1),
                                            .hidden_size = logits.size(0),
                                            .output_size = logits.size(1),
                                            .activation = "softmax",
                                            .bias = false};
  return residual_layer({layer_json("multilayer_perceptron", to_json(options)),
                         {{"hidden_map", logits}, {"output_map", probabilities.t()}}});
}

}  // namespace

std::vector<ExactLayer> classification_step(const GradientDescentClaim& claim) {
  check(claim);
  const ExampleWindow tokens =
      example_window(claim.layout, claim.inputs, claim.outputs, claim.decay);
  if (claim.starts_from_zero()) return {step_from_zero(claim, tokens)};
  const int64_t width = tokens.query.size(1);
  const ExampleWindow window = widened(tokens, width + claim.outputs);
  const at::Tensor weights = initial_weights(claim);
  const at::Tensor probabilities = selector(claim.outputs, width + claim.outputs, width);
  // In every layout the oldest token of the window is the one that holds x.
  std::vector<at::Tensor> values = window.targets;
  values.back() = values.back() - probabilities;
  return {wider_token(width, claim.outputs),
          softmax_channels(at::mm(weights, window.inputs.back()), probabilities),
          windowed_layer(window, {.values = values,
                                  .keys = window.inputs,
                                  .query = window.query,
                                  .readout = readout(claim, window),
                                  .query_readout = weights})};
}

}  // namespace gril

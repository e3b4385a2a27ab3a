#include "gril/constructions/classification_step.h"

#include <ATen/ATen.h>

#include "gril/constructions/descent_start.h"
#include "gril/constructions/example_stream.h"
#include "gril/constructions/selector.h"
#include "gril/constructions/token_wise_layers.h"

namespace gril {
namespace {

at::Tensor readout(const GradientDescentClaim& claim, const ExampleWindow& window) {
  return at::eye(claim.outputs, at::kDouble) * (claim.step_factor(1) / window.read_decay);
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

}  // namespace

std::vector<ExactLayer> classification_step(const GradientDescentClaim& claim) {
  const ExampleStream stream = example_stream(claim);
  std::vector<ExactLayer> layers = stream.layers;
  if (claim.starts_from_zero()) {
    layers.push_back(step_from_zero(claim, stream.window));
    return layers;
  }
  const int64_t width = stream.width + claim.outputs;
  const ExampleWindow window = widened(stream.window, width);
  const at::Tensor weights = initial_weights(claim);
  const at::Tensor probabilities = selector(claim.outputs, width, stream.width);
  // In every layout the oldest token of the window is the one that holds x.
  std::vector<at::Tensor> values = window.targets;
  values.back() = values.back() - probabilities;
  layers.push_back(wider_token(stream.width, claim.outputs));
  layers.push_back(added_softmax(at::mm(weights, window.inputs.back()), probabilities));
  layers.push_back(windowed_layer(window, {.values = values,
                                           .keys = window.inputs,
                                           .query = window.query,
                                           .readout = readout(claim, window),
                                           .query_readout = weights}));
  return layers;
}

}  // namespace gril

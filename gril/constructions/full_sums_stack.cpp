#include "gril/constructions/full_sums_stack.h"

#include <ATen/ATen.h>

#include "gril/constructions/prediction_channels.h"
#include "gril/constructions/token_wise_layers.h"

namespace gril {
namespace {

ExactLayer full_sums_step(const PredictionChannels& channels, double rate) {
  std::vector<ExactLayer> body;
  if (channels.probabilities.defined()) {
    body.push_back(added_softmax(channels.own, channels.probabilities));
  }
  const WindowMaps maps = prediction_step(channels, channels.window.inputs.back(), rate);
  ExampleWindow later = channels.window;
  later.strict = true;
  body.push_back(
      bidirectional_layer({windowed_layer(channels.window, maps)}, {windowed_layer(later, maps)}));
  const at::Tensor all = at::eye(channels.width, at::kDouble);
  body.push_back(linear_map(at::cat({all, all}, 1)));
  return residual_layer(body);
}

}  // namespace

std::vector<ExactLayer> full_sums_stack(const GradientDescentClaim& claim) {
  const ExampleStream stream = example_stream(claim);
  const PredictionChannels channels = prediction_channels(claim, stream);
  std::vector<ExactLayer> layers = stream.layers;
  layers.push_back(first_predictions(claim, stream, channels));
  for (const double rate : claim.learning_rates) {
    layers.push_back(full_sums_step(channels, rate / static_cast<double>(claim.examples)));
  }
  layers.push_back(linear_map(channels.answer()));
  return layers;
}

}  // namespace gril

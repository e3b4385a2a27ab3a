#include "gril/constructions/prediction_channels.h"

#include <ATen/ATen.h>

#include "gril/constructions/descent_start.h"
#include "gril/constructions/selector.h"
#include "gril/constructions/token_wise_layers.h"

namespace gril {

PredictionChannels prediction_channels(const GradientDescentClaim& claim,
                                       const ExampleStream& stream) {
  const bool two_inputs = claim.layout == TokenLayout::kWindowed;
  const bool softmax = claim.loss == DescentLoss::kCrossEntropy;
  const bool gates = claim.segments() > 1;
  const int64_t outputs = claim.outputs;
  const int64_t columns = claim.weight_columns();
  PredictionChannels channels;
  channels.width = stream.width + (1 + (two_inputs ? 1 : 0) + (softmax ? 1 : 0)) * outputs +
                   (gates ? columns : 0);
  channels.window = widened(stream.window, channels.width);
  int64_t first = stream.width;
  const auto take = [&](int64_t rows) {
    const at::Tensor taken = selector(rows, channels.width, first);
    first += rows;
    return taken;
  };
  channels.own = take(outputs);
  if (two_inputs) channels.next = take(outputs);
  if (softmax) channels.probabilities = take(outputs);
  if (gates) channels.gated = take(columns);
  return channels;
}

ExactLayer first_predictions(const GradientDescentClaim& claim, const ExampleStream& stream,
                             const PredictionChannels& channels) {
  const at::Tensor weights = initial_weights(claim);
  at::Tensor map = at::eye(channels.width, stream.width, at::kDouble);
  map += at::mm(channels.own.t(), at::mm(weights, stream.window.inputs.back()));
  if (channels.next.defined()) {
    map += at::mm(channels.next.t(), at::mm(weights, stream.window.query));
  }
  return linear_map(map);
}

WindowMaps prediction_step(const PredictionChannels& channels, const torch::Tensor& key,
                           double rate) {
  const ExampleWindow& window = channels.window;
  const bool two_inputs = channels.next.defined();
  const auto for_every_head = [&](const at::Tensor& map) {
    return two_inputs ? at::cat({map, map}) : map;
  };
  // In every layout the oldest token of the window is the one that holds x.
  const at::Tensor& own_input = window.inputs.back();
  WindowMaps maps;
  for (const at::Tensor& target : window.targets) {
    maps.values.push_back(for_every_head(target));
    maps.keys.push_back(at::zeros_like(for_every_head(own_input)));
  }
  maps.values.back() = maps.values.back() - for_every_head(channels.predicted());
  maps.keys.back() = for_every_head(key);
  maps.query = two_inputs ? at::cat({own_input, window.query}) : own_input;
  maps.readout = rate * (two_inputs ? at::cat({channels.own, channels.next}) : channels.own).t();
  maps.heads = two_inputs ? 2 : 1;
  return maps;
}

}  // namespace gril

#include "gril/constructions/minibatch_stack.h"

#include <ATen/ATen.h>

#include "gril/base/example_segments.h"
#include "gril/constructions/prediction_channels.h"
#include "gril/constructions/selector.h"
#include "gril/constructions/token_wise_layers.h"

namespace gril {
namespace {

ExactLayer minibatch_step(const ExampleStream& stream, const PredictionChannels& channels,
                          int64_t step, double rate) {
  std::vector<ExactLayer> body;
  at::Tensor key = channels.window.inputs.back();
  if (channels.gated.defined()) {
    const at::Tensor marker = selector(1, channels.width, stream.first_marker + step);
    body.push_back(added_product(marker.expand_as(key), key, channels.gated));
    key = channels.gated;
  }
  if (channels.probabilities.defined()) {
    body.push_back(added_softmax(channels.own, channels.probabilities));
  }
  body.push_back(windowed_layer(channels.window, prediction_step(channels, key, rate)));
  return residual_layer(body);
}

}  // namespace

std::vector<ExactLayer> minibatch_stack(const GradientDescentClaim& claim) {
  const ExampleStream stream = example_stream(claim);
  const PredictionChannels channels = prediction_channels(claim, stream);
  const std::vector<int64_t> sizes = segment_sizes(claim.examples, claim.steps());
  std::vector<ExactLayer> layers = stream.layers;
  layers.push_back(first_predictions(claim, stream, channels));
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    layers.push_back(minibatch_step(stream, channels, static_cast<int64_t>(k),
                                    claim.learning_rates[k] / static_cast<double>(sizes[k])));
  }
  layers.push_back(linear_map(channels.answer()));
  return layers;
}

}  // namespace gril

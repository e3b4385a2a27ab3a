#include "gril/constructions/gradient_descent_stack.h"

#include <ATen/ATen.h>

#include "gril/constructions/descent_start.h"
#include "gril/constructions/example_stream.h"
#include "gril/constructions/selector.h"
#include "gril/constructions/token_wise_layers.h"

namespace gril {
namespace {

/// Where the channels of gradient_descent_stack.h lie in the stream between the layers.
struct Channels {
  int64_t descending_query;  ///< q, P features
  int64_t accumulated;       ///< c, P features
  int64_t prediction;        ///< p, m features
  int64_t width;             ///< of the stream
};

Channels channels_behind(int64_t width, const GradientDescentClaim& claim) {
  const int64_t accumulated = width + claim.weight_columns();
  const int64_t prediction = accumulated + claim.weight_columns();
  return {width, accumulated, prediction, prediction + claim.outputs};
}

/// The token, q = the query, c = 0, p = W_0 times the query.
ExactLayer first_channels(const GradientDescentClaim& claim, const ExampleWindow& window) {
  const int64_t width = window.query.size(1);
  return linear_map(
      at::cat({at::eye(width, at::kDouble), window.query, at::zeros_like(window.query),
               at::mm(initial_weights(claim), window.query)}));
}

/// c += rate q, q -= rate A q.
ExactLayer query_step(const ExampleWindow& window, const Channels& channels, double rate) {
  const int64_t columns = window.query.size(0);
  const at::Tensor query = selector(columns, channels.width, channels.descending_query);
  const at::Tensor accumulated = selector(columns, channels.width, channels.accumulated);
  return residual_layer({windowed_layer(window, {.values = window.inputs,
                                                 .keys = window.inputs,
                                                 .query = query,
                                                 .readout = query.t() * (-rate / window.read_decay),
                                                 .query_readout = accumulated.t() * rate})});
}

/// p += R (c + rate q).
ExactLayer prediction_step(const GradientDescentClaim& claim, const ExampleWindow& window,
                           const Channels& channels, double rate) {
  const int64_t columns = claim.weight_columns();
  const at::Tensor query = selector(columns, channels.width, channels.accumulated) +
                           selector(columns, channels.width, channels.descending_query) * rate;
  const at::Tensor prediction = selector(claim.outputs, channels.width, channels.prediction);
  return residual_layer({windowed_layer(window, {.values = errors_at_start(claim, window),
                                                 .keys = window.inputs,
                                                 .query = query,
                                                 .readout = prediction.t() / window.read_decay})});
}

}  // namespace

std::vector<ExactLayer> gradient_descent_stack(const GradientDescentClaim& claim) {
  const ExampleStream stream = example_stream(claim);
  const Channels channels = channels_behind(stream.width, claim);
  const ExampleWindow window = widened(stream.window, channels.width);
  std::vector<ExactLayer> layers = stream.layers;
  layers.push_back(first_channels(claim, stream.window));
  for (int64_t step = claim.steps(); step > 1; --step) {
    layers.push_back(query_step(window, channels, claim.step_factor(step)));
  }
  layers.push_back(prediction_step(claim, window, channels, claim.step_factor(1)));
  layers.push_back(linear_map(selector(claim.outputs, channels.width, channels.prediction)));
  return layers;
}

}  // namespace gril

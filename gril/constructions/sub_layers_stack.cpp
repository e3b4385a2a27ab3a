#include "gril/constructions/sub_layers_stack.h"

#include <ATen/ATen.h>

#include "gril/constructions/descent_start.h"
#include "gril/constructions/example_stream.h"
#include "gril/constructions/selector.h"
#include "gril/constructions/token_wise_layers.h"

namespace gril {
namespace {

/// A_i x into the channels that `products` selects.
ExactLayer moments_layer(const ExampleWindow& window, const at::Tensor& products) {
  return residual_layer({windowed_layer(window, {.values = window.inputs,
                                                 .keys = window.inputs,
                                                 .query = window.query,
                                                 .readout = products.t() / window.read_decay})});
}

ExactLayer errors_layer(const GradientDescentClaim& claim, const ExampleWindow& window,
                        const at::Tensor& products) {
  const auto twice = [](std::vector<at::Tensor> maps) {
    for (at::Tensor& map : maps) map = at::cat({map, map});
    return maps;
  };
  const auto examples = static_cast<double>(claim.examples);
  const double first = claim.learning_rates[0] / examples;
  const double second = claim.learning_rates[1] / examples;
  const at::Tensor all = at::eye(claim.outputs, at::kDouble);
  const at::Tensor weights = initial_weights(claim);
  WindowMaps maps{.values = twice(errors_at_start(claim, window)),
                  .keys = twice(window.inputs),
                  .query = at::cat({window.query - second * products, window.query}),
                  .readout = at::cat({first * all, second * all}, 1) / window.read_decay,
                  .heads = 2};
  if (!claim.starts_from_zero()) {
    maps.query_readout = at::cat({at::zeros_like(weights), weights}, 1);
  }
  return windowed_layer(window, maps);
}

}  // namespace

std::vector<ExactLayer> sub_layers_stack(const GradientDescentClaim& claim) {
  const ExampleStream stream = example_stream(claim);
  const int64_t columns = claim.weight_columns();
  const ExampleWindow window = widened(stream.window, stream.width + columns);
  const at::Tensor products = selector(columns, stream.width + columns, stream.width);
  std::vector<ExactLayer> layers = stream.layers;
  layers.push_back(wider_token(stream.width, columns));
  layers.push_back(moments_layer(window, products));
  layers.push_back(errors_layer(claim, window, products));
  return layers;
}

}  // namespace gril

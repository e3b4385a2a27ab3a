#include "gril/constructions/example_stream.h"

#include <ATen/ATen.h>

#include "gril/base/example_segments.h"
#include "gril/constructions/selector.h"
#include "gril/constructions/token_wise_layers.h"
#include "gril/layers/multilayer_perceptron.h"

namespace gril {
namespace {

at::Tensor tensor_of(const std::vector<double>& numbers, int64_t rows) {
  return at::tensor(numbers, at::kDouble).view({rows, -1});
}

/// φ of x_k = inputs[k] · token into the channels that places[k] selects.
ExactLayer added_features(const FeatureMap& map, const std::vector<at::Tensor>& inputs,
                          const std::vector<at::Tensor>& places) {
  std::vector<at::Tensor> hidden_maps, hidden_biases, output_maps, output_biases;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const at::Tensor place = places[k].t();
    hidden_maps.push_back(at::mm(tensor_of(map.hidden_map, map.hidden_size), inputs[k]));
    hidden_biases.push_back(tensor_of(map.hidden_bias, map.hidden_size));
    output_maps.push_back(at::mm(place, tensor_of(map.output_map, map.size)));
    output_biases.push_back(at::mm(place, tensor_of(map.output_bias, map.size)));
  }
  const at::Tensor hidden_map = at::cat(hidden_maps);
  const MultilayerPerceptronOptions options{.input_size = hidden_map.size(1),
                                            .hidden_size = hidden_map.size(0),
                                            .output_size = hidden_map.size(1),
                                            .activation = map.activation,
                                            .bias = true};
  return residual_layer({{layer_json("multilayer_perceptron", to_json(options)),
                          {{"hidden_map", hidden_map},
                           {"hidden_bias", at::cat(hidden_biases).flatten()},
                           {"output_map", at::cat(output_maps, 1)},
                           {"output_bias", at::stack(output_biases).sum(0).flatten()}}}});
}

/// The stream with φ of its inputs behind it.
void append_features(const FeatureMap& map, bool holds_next_input, ExampleStream& stream) {
  const int64_t blocks = holds_next_input ? 2 : 1;
  const int64_t first = stream.width;
  stream.layers = {wider_token(first, blocks * map.size)};
  stream.width += blocks * map.size;
  ExampleWindow& window = stream.window;
  window = widened(window, stream.width);
  std::vector<at::Tensor> inputs = {window.inputs.back()};
  std::vector<at::Tensor> places = {selector(map.size, stream.width, first)};
  if (holds_next_input) {
    inputs.push_back(window.query);
    places.push_back(selector(map.size, stream.width, first + map.size));
  }
  stream.layers.push_back(added_features(map, inputs, places));
  for (at::Tensor& input : window.inputs) input = at::zeros_like(places.front());
  window.inputs.back() = places.front();
  window.query = places.back();
}

}  // namespace

ExampleStream example_stream(const GradientDescentClaim& claim) {
  check(claim);
  ExampleStream stream;
  stream.width = token_width(claim);
  stream.first_marker = stream.width - marker_width(claim.segments());
  stream.window =
      widened(example_window(claim.layout, claim.inputs, claim.outputs, claim.decay), stream.width);
  stream.window.normalisation = claim.normalisation;
  // A divisor that is counted fades with the state: the newest example weighs 1 in the quotient.
  if (claim.normalisation != "none") stream.window.read_decay = 1.0;
  if (!claim.features.is_identity()) {
    append_features(claim.features, claim.layout == TokenLayout::kWindowed, stream);
  }
  return stream;
}

}  // namespace gril

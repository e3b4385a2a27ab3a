#include "gril/layers/linear_layer.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear";

}  // namespace

LinearLayer::LinearLayer(const LinearLayerOptions& options) : options_(options) {
  check_size(options.input_size, "input_size", kWhere);
  check_size(options.output_size, "output_size", kWhere);
  require(options.initial_bias >= 0.0 && std::isfinite(options.initial_bias), kWhere,
          "initial_bias must be a number of at least 0; got ", options.initial_bias, ".");
  require(options.bias || options.initial_bias == 0.0, kWhere,
          "initial_bias must be 0 without a bias; got ", options.initial_bias,
          ". Set bias, or leave initial_bias out.");
  map_ = register_parameter("map", parameter_zeros({options.output_size, options.input_size}));
  if (options.bias) bias_ = register_parameter("bias", parameter_zeros({options.output_size}));
  LinearLayer::initialize(0);
}

void LinearLayer::initialize(uint64_t seed) {
  draw_map(map_, seed, "map");
  if (bias_.defined()) draw_normal(bias_, options_.initial_bias, seed, "bias");
}

double LinearLayer::operations_per_token() const {
  return 2.0 * static_cast<double>(options_.input_size) * static_cast<double>(options_.output_size);
}

SequenceOutput LinearLayer::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, options_.input_size, map_, kWhere);
  check_layer_state(state, {}, kWhere);
  return {at::linear(input, map_, bias_), {}};
}

LinearLayerOptions read_linear_layer_options(ConfigSection& section) {
  LinearLayerOptions options;
  for (const char* key : {"input_size", "output_size"}) section.need(key);
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.output_size = section.integer("output_size", options.output_size, 1);
  options.bias = section.flag("bias", options.bias);
  options.initial_bias = section.number("initial_bias", options.initial_bias);
  section.finish();
  return options;
}

Json to_json(const LinearLayerOptions& options) {
  return {{"input_size", options.input_size},
          {"output_size", options.output_size},
          {"bias", options.bias},
          {"initial_bias", options.initial_bias}};
}

}  // namespace gril

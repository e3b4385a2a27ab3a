#include "gril/layers/multilayer_perceptron.h"

#include <ATen/ATen.h>

#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

constexpr const char* kWhere = "multilayer_perceptron";

}  // namespace

MultilayerPerceptron::MultilayerPerceptron(const MultilayerPerceptronOptions& options)
    : options_(options), activation_(activation_from_name(options.activation, kWhere)) {
  const auto& o = options_;
  check_size(o.input_size, "input_size", kWhere);
  check_size(o.hidden_size, "hidden_size", kWhere);
  check_size(o.output_size, "output_size", kWhere);
  hidden_map_ = register_parameter("hidden_map", parameter_zeros({o.hidden_size, o.input_size}));
  output_map_ = register_parameter("output_map", parameter_zeros({o.output_size, o.hidden_size}));
  if (o.bias) {
    hidden_bias_ = register_parameter("hidden_bias", parameter_zeros({o.hidden_size}));
    output_bias_ = register_parameter("output_bias", parameter_zeros({o.output_size}));
  }
  MultilayerPerceptron::initialize(0);
}

void MultilayerPerceptron::initialize(uint64_t seed) {
  draw_map(hidden_map_, seed, "hidden_map");
  draw_map(output_map_, seed, "output_map");
  if (options_.bias) {
    set_constant(hidden_bias_, 0.0);
    set_constant(output_bias_, 0.0);
  }
}

double MultilayerPerceptron::operations_per_token() const {
  const double hidden = static_cast<double>(options_.hidden_size);
  return 2.0 * hidden * static_cast<double>(options_.input_size + options_.output_size) + hidden;
}

SequenceOutput MultilayerPerceptron::forward(const torch::Tensor& input,
                                             const LayerState& state) const {
  check_sequence_input(input, options_.input_size, hidden_map_, kWhere);
  check_layer_state(state, {}, kWhere);
  const at::Tensor hidden = activation_(at::linear(input, hidden_map_, hidden_bias_));
  return {at::linear(hidden, output_map_, output_bias_), {}};
}

MultilayerPerceptronOptions read_multilayer_perceptron_options(ConfigSection& section) {
  MultilayerPerceptronOptions options;
  for (const char* key : {"input_size", "hidden_size", "output_size"}) section.need(key);
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.hidden_size = section.integer("hidden_size", options.hidden_size, 1);
  options.output_size = section.integer("output_size", options.output_size, 1);
  options.activation = section.choice("activation", options.activation, activation_names());
  options.bias = section.flag("bias", options.bias);
  section.finish();
  return options;
}

Json to_json(const MultilayerPerceptronOptions& options) {
  return {{"input_size", options.input_size},
          {"hidden_size", options.hidden_size},
          {"output_size", options.output_size},
          {"activation", options.activation},
          {"bias", options.bias}};
}

}  // namespace gril

#include "gril/layers/gated_linear_unit.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

constexpr const char* kWhere = "gated_linear_unit";
constexpr const char* kBilinear = "bilinear";

std::vector<std::string> gate_names() {
  std::vector<std::string> names = activation_names();
  names.insert(names.begin(), kBilinear);
  return names;
}

Activation gate_from_name(const std::string& name) {
  const std::vector<std::string> names = gate_names();
  require(std::find(names.begin(), names.end(), name) != names.end(), kWhere,
          "gate must be one of ", join_words(names), "; got \"", name, "\".",
          suggestion(name, names));
  if (name == kBilinear) return [](const at::Tensor& x) { return x; };
  return activation_from_name(name, kWhere);
}

}  // namespace

GatedLinearUnit::GatedLinearUnit(const GatedLinearUnitOptions& options)
    : options_(options), activation_(gate_from_name(options.gate)) {
  check_size(options.input_size, "input_size", kWhere);
  check_size(options.output_size, "output_size", kWhere);
  const int64_t rows = options.output_size;
  gate_map_ = register_parameter("gate_map", parameter_zeros({rows, options.input_size}));
  linear_map_ = register_parameter("linear_map", parameter_zeros({rows, options.input_size}));
  if (options.bias) {
    gate_bias_ = register_parameter("gate_bias", parameter_zeros({rows}));
    linear_bias_ = register_parameter("linear_bias", parameter_zeros({rows}));
  }
  GatedLinearUnit::initialize(0);
}

void GatedLinearUnit::initialize(uint64_t seed) {
  draw_map(gate_map_, seed, "gate_map");
  draw_map(linear_map_, seed, "linear_map");
  if (options_.bias) {
    set_constant(gate_bias_, 0.0);
    set_constant(linear_bias_, 0.0);
  }
}

double GatedLinearUnit::operations_per_token() const {
  const double products = static_cast<double>(options_.output_size);
  const double activations = options_.gate == kBilinear ? 0.0 : products;
  return 4.0 * static_cast<double>(options_.input_size) * products + products + activations;
}

SequenceOutput GatedLinearUnit::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, options_.input_size, gate_map_, kWhere);
  check_layer_state(state, {}, kWhere);
  const at::Tensor gate = activation_(at::linear(input, gate_map_, gate_bias_));
  return {gate * at::linear(input, linear_map_, linear_bias_), {}};
}

GatedLinearUnitOptions read_gated_linear_unit_options(ConfigSection& section) {
  GatedLinearUnitOptions options;
  for (const char* key : {"input_size", "output_size"}) section.need(key);
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.output_size = section.integer("output_size", options.output_size, 1);
  options.gate = section.choice("gate", options.gate, gate_names());
  options.bias = section.flag("bias", options.bias);
  section.finish();
  return options;
}

Json to_json(const GatedLinearUnitOptions& options) {
  return {{"input_size", options.input_size},
          {"output_size", options.output_size},
          {"gate", options.gate},
          {"bias", options.bias}};
}

}  // namespace gril

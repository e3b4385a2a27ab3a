#include "gril/constructions/feature_values.h"

#include <cmath>
#include <numbers>
#include <string>

namespace gril {
namespace {

using Number = long double;

struct Activation {
  Number (*function)(Number);
  Number steepest;  ///< the largest |slope|
};

Number sigmoid(Number x) { return 1 / (1 + std::exp(-x)); }

Activation activation(const std::string& name) {
  if (name == "gelu") {
    return {[](Number x) { return x / 2 * std::erfc(-x / std::numbers::sqrt2_v<Number>); }, 1.13L};
  }
  if (name == "relu") return {[](Number x) { return x > 0 ? x : Number(0); }, 1.0L};
  if (name == "sigmoid") return {sigmoid, 0.25L};
  if (name == "silu") return {[](Number x) { return x * sigmoid(x); }, 1.1L};
  return {[](Number x) { return std::tanh(x); }, 1.0L};
}

}  // namespace

SizedNumbers feature_values(const FeatureMap& map, std::span<const double> input) {
  SizedNumbers x(input);
  if (map.is_identity()) return x;
  const auto [function, steepest] = activation(map.activation);
  SizedNumbers hidden =
      product(SizedNumbers(map.hidden_map), x, static_cast<int64_t>(input.size()));
  add_scaled(hidden, 1, SizedNumbers(map.hidden_bias));
  for (std::size_t i = 0; i < hidden.value.size(); ++i) {
    hidden.value[i] = function(hidden.value[i]);
    hidden.size[i] = std::fabs(hidden.value[i]) + steepest * hidden.size[i];
  }
  SizedNumbers features = product(SizedNumbers(map.output_map), hidden, map.hidden_size);
  add_scaled(features, 1, SizedNumbers(map.output_bias));
  return features;
}

}  // namespace gril

#include "gril/constructions/feature_map.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/nearest_word.h"
#include "gril/constructions/json_matrix.h"
#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

constexpr const char* kWhere = "feature_map";

std::vector<double> drawn(int64_t count, double deviation, uint64_t seed, const char* name) {
  at::Tensor numbers = at::empty({count}, at::kDouble);
  draw_normal(numbers, deviation, seed, name);
  const auto* first = numbers.data_ptr<double>();
  return {first, first + count};
}

void check_sizes(int64_t inputs, int64_t size, int64_t hidden_size) {
  require(inputs >= 1 && size >= 1 && hidden_size >= 1, kWhere,
          "inputs, features and hidden units must be at least 1; got ", inputs, ", ", size, " and ",
          hidden_size, ".");
}

void check_activation(const std::string& name) {
  const auto& names = feature_activation_names();
  require(std::find(names.begin(), names.end(), name) != names.end(), kWhere,
          "activation must be one of ", join_words(names), "; got \"", name, "\".",
          suggestion(name, names));
}

void check_count(const std::vector<double>& numbers, int64_t expected, const char* name) {
  require(numbers.size() == static_cast<std::size_t>(expected), kWhere, name, " must hold ",
          expected, " numbers; got ", numbers.size(), ".");
}

double deviation_of(int64_t fan_in) { return 1.0 / std::sqrt(static_cast<double>(fan_in)); }

}  // namespace

const std::vector<std::string>& feature_activation_names() {
  static const std::vector<std::string> names = {"gelu", "relu", "sigmoid", "silu", "tanh"};
  return names;
}

FeatureMap random_feature_map(int64_t inputs, int64_t size, int64_t hidden_size,
                              const std::string& activation, uint64_t seed) {
  check_sizes(inputs, size, hidden_size);
  check_activation(activation);
  return {.size = size,
          .hidden_size = hidden_size,
          .activation = activation,
          .hidden_map = drawn(hidden_size * inputs, deviation_of(inputs), seed, "hidden map"),
          .hidden_bias = drawn(hidden_size, 1.0, seed, "hidden bias"),
          .output_map = drawn(size * hidden_size, deviation_of(hidden_size), seed, "output map"),
          .output_bias = drawn(size, 1.0, seed, "output bias")};
}

void check(const FeatureMap& map, int64_t inputs) {
  if (map.is_identity()) return;
  check_sizes(inputs, map.size, map.hidden_size);
  check_activation(map.activation);
  check_count(map.hidden_map, map.hidden_size * inputs, "hidden_map");
  check_count(map.hidden_bias, map.hidden_size, "hidden_bias");
  check_count(map.output_map, map.size * map.hidden_size, "output_map");
  check_count(map.output_bias, map.size, "output_bias");
}

Json to_json(const FeatureMap& map, int64_t inputs) {
  if (map.is_identity()) return nullptr;
  return {{"activation", map.activation},
          {"hidden_map", matrix_to_json(map.hidden_map, inputs)},
          {"hidden_bias", map.hidden_bias},
          {"output_map", matrix_to_json(map.output_map, map.hidden_size)},
          {"output_bias", map.output_bias}};
}

FeatureMap read_feature_map(const Json& tree, int64_t inputs, const std::string& where) {
  FeatureMap map;
  if (tree.is_null()) return map;
  ConfigSection section(tree, where, "features");
  for (const char* key : {"activation", "hidden_map", "hidden_bias", "output_map", "output_bias"}) {
    section.need(key);
  }
  map.activation = section.choice("activation", "", feature_activation_names());
  map.hidden_bias = section.numbers("hidden_bias", {});
  map.output_bias = section.numbers("output_bias", {});
  map.hidden_size = static_cast<int64_t>(map.hidden_bias.size());
  map.size = static_cast<int64_t>(map.output_bias.size());
  map.hidden_map =
      matrix_from_json(section.value("hidden_map"), map.hidden_size, inputs, kWhere, "hidden_map");
  map.output_map = matrix_from_json(section.value("output_map"), map.size, map.hidden_size, kWhere,
                                    "output_map");
  section.finish();
  check_sizes(inputs, map.size, map.hidden_size);
  return map;
}

}  // namespace gril

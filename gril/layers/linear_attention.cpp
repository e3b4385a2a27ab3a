#include "gril/layers/linear_attention.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/layers/parameter_initialization.h"
#include "gril/ops/outer_product_scan/outer_product_scan.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_attention";

int64_t size_per_head(int64_t size, const LinearAttentionOptions& options, const char* name) {
  if (size > 0) return size;
  require(options.input_size % options.heads == 0, kWhere, "heads must divide input_size unless ",
          name, " is given; got ", options.heads, " heads and input_size ", options.input_size,
          ".");
  return options.input_size / options.heads;
}

}  // namespace

LinearAttention::LinearAttention(const LinearAttentionOptions& options)
    : options_(resolve(options)) {
  const auto& o = options_;
  const auto add = [this](const char* name, int64_t rows, int64_t columns) {
    return register_parameter(name, at::zeros({rows, columns}));
  };
  value_map_ = add("value_map", o.heads * o.value_size, o.input_size);
  key_map_ = add("key_map", o.heads * o.key_size, o.input_size);
  query_map_ = add("query_map", o.heads * o.key_size, o.input_size);
  if (o.output_map) output_map_ = add("output_map", o.output_size, o.heads * o.value_size);
  decay_ = StateDecay(*this, o.decay, {o.heads, o.value_size, o.key_size}, o.fixed_decay);
  LinearAttention::initialize(0);
}

void LinearAttention::initialize(uint64_t seed) {
  const auto draw = [seed](at::Tensor& map, const char* name) {
    if (map.defined()) {
      draw_normal(map, 1.0 / std::sqrt(static_cast<double>(map.size(1))), seed, name);
    }
  };
  draw(value_map_, "value_map");
  draw(key_map_, "key_map");
  draw(query_map_, "query_map");
  draw(output_map_, "output_map");
  decay_.initialize(seed);
}

std::vector<std::string> LinearAttention::recurrence_parameters() const {
  return decay_.parameter_names();
}

double LinearAttention::operations_per_token() const {
  const double d = static_cast<double>(options_.input_size);
  const double values = static_cast<double>(options_.heads * options_.value_size);
  const double key_size = static_cast<double>(options_.key_size);
  const double keys = static_cast<double>(options_.heads) * key_size;
  const double mixing = options_.output_map ? static_cast<double>(options_.output_size) : 0.0;
  return 2.0 * d * (values + 2.0 * keys) + 5.0 * values * key_size + 2.0 * mixing * values;
}

LayerState LinearAttention::initial_state(int64_t batch) const {
  return {at::zeros({batch, options_.heads, options_.value_size, options_.key_size},
                    value_map_.options().requires_grad(false))};
}

SequenceOutput LinearAttention::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, options_.input_size, value_map_, kWhere);
  const int64_t batch = input.size(0);
  const int64_t length = input.size(1);
  if (!state.empty()) check_layer_state(state, initial_state(batch), kWhere);
  const auto project = [&](const at::Tensor& map, int64_t size) {
    return at::matmul(input, map.t()).view({batch, length, options_.heads, size});
  };
  auto [readings, final_state] = outer_product_scan(
      project(value_map_, options_.value_size), project(key_map_, options_.key_size),
      project(query_map_, options_.key_size), decay_.value(),
      state.empty() ? c10::nullopt : c10::optional<at::Tensor>(state.front()));
  at::Tensor output = readings.reshape({batch, length, options_.heads * options_.value_size});
  if (output_map_.defined()) output = at::matmul(output, output_map_.t());
  return {output, {final_state}};
}

LinearAttentionOptions resolve(LinearAttentionOptions options) {
  require(options.input_size >= 1 && options.heads >= 1, kWhere,
          "input_size and heads must be at least 1; got ", options.input_size, " and ",
          options.heads, ".");
  require(options.value_size >= 0 && options.key_size >= 0 && options.output_size >= 0, kWhere,
          "value_size, key_size and output_size must be at least 0; got ", options.value_size, ", ",
          options.key_size, " and ", options.output_size, ".");
  require(options.fixed_decay > 0.0 && options.fixed_decay <= 1.0, kWhere,
          "fixed_decay must lie in (0, 1]; got ", options.fixed_decay, ".");
  options.value_size = size_per_head(options.value_size, options, "value_size");
  options.key_size = size_per_head(options.key_size, options, "key_size");
  const int64_t values = options.heads * options.value_size;
  if (options.output_size == 0) options.output_size = values;
  require(options.output_map || options.output_size == values, kWhere,
          "output_size must be heads * value_size = ", values, " without output_map; got ",
          options.output_size, ". Set output_map.");
  return options;
}

LinearAttentionOptions read_linear_attention_options(ConfigSection& section) {
  LinearAttentionOptions options;
  section.need("input_size");
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.output_size = section.integer("output_size", options.output_size, 0);
  options.heads = section.integer("heads", options.heads, 1);
  options.value_size = section.integer("value_size", options.value_size, 0);
  options.key_size = section.integer("key_size", options.key_size, 0);
  options.output_map = section.flag("output_map", options.output_map);
  options.decay = decay_kind_from_name(
      section.choice("decay", decay_kind_name(options.decay), decay_kind_names()));
  options.fixed_decay = section.number("fixed_decay", options.fixed_decay);
  section.finish();
  return resolve(options);
}

Json to_json(const LinearAttentionOptions& options) {
  return {{"input_size", options.input_size},
          {"output_size", options.output_size},
          {"heads", options.heads},
          {"value_size", options.value_size},
          {"key_size", options.key_size},
          {"output_map", options.output_map},
          {"decay", decay_kind_name(options.decay)},
          {"fixed_decay", options.fixed_decay}};
}

}  // namespace gril

#include "gril/layers/attention_maps.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

int64_t size_per_head(int64_t size, const AttentionSizes& sizes, const char* name,
                      const char* where) {
  if (size > 0) return size;
  require(sizes.input_size % sizes.heads == 0, where, "heads must divide input_size unless ", name,
          " is given; got ", sizes.heads, " heads and input_size ", sizes.input_size, ".");
  return sizes.input_size / sizes.heads;
}

}  // namespace

AttentionSizes resolve(AttentionSizes sizes, const char* where) {
  require(sizes.input_size >= 1 && sizes.heads >= 1, where,
          "input_size and heads must be at least 1; got ", sizes.input_size, " and ", sizes.heads,
          ".");
  require(sizes.value_size >= 0 && sizes.key_size >= 0 && sizes.output_size >= 0, where,
          "value_size, key_size and output_size must be at least 0; got ", sizes.value_size, ", ",
          sizes.key_size, " and ", sizes.output_size, ".");
  sizes.value_size = size_per_head(sizes.value_size, sizes, "value_size", where);
  sizes.key_size = size_per_head(sizes.key_size, sizes, "key_size", where);
  const int64_t values = sizes.heads * sizes.value_size;
  if (sizes.output_size == 0) sizes.output_size = values;
  require(sizes.output_map || sizes.output_size == values, where,
          "output_size must be heads * value_size = ", values, " without output_map; got ",
          sizes.output_size, ". Set output_map.");
  return sizes;
}

AttentionSizes read_attention_sizes(ConfigSection& section) {
  AttentionSizes sizes;
  section.need("input_size");
  sizes.input_size = section.integer("input_size", sizes.input_size, 1);
  sizes.output_size = section.integer("output_size", sizes.output_size, 0);
  sizes.heads = section.integer("heads", sizes.heads, 1);
  sizes.value_size = section.integer("value_size", sizes.value_size, 0);
  sizes.key_size = section.integer("key_size", sizes.key_size, 0);
  sizes.output_map = section.flag("output_map", sizes.output_map);
  return sizes;
}

Json to_json(const AttentionSizes& sizes) {
  return {{"input_size", sizes.input_size}, {"output_size", sizes.output_size},
          {"heads", sizes.heads},           {"value_size", sizes.value_size},
          {"key_size", sizes.key_size},     {"output_map", sizes.output_map}};
}

AttentionMaps::AttentionMaps(torch::nn::Module& owner, const AttentionSizes& sizes)
    : heads_(sizes.heads) {
  const auto add = [&owner](const char* name, int64_t rows, int64_t columns) {
    return owner.register_parameter(name, parameter_zeros({rows, columns}));
  };
  const int64_t values = sizes.heads * sizes.value_size;
  value_map_ = add("value_map", values, sizes.input_size);
  key_map_ = add("key_map", sizes.heads * sizes.key_size, sizes.input_size);
  query_map_ = add("query_map", sizes.heads * sizes.key_size, sizes.input_size);
  if (sizes.output_map) output_map_ = add("output_map", sizes.output_size, values);
}

void AttentionMaps::initialize(uint64_t seed, double scale) {
  const auto draw = [=](at::Tensor& map, const char* name) {
    draw_normal(map, scale / std::sqrt(static_cast<double>(map.size(1))), seed, name);
  };
  draw(value_map_, "value_map");
  draw(key_map_, "key_map");
  draw(query_map_, "query_map");
  if (output_map_.defined()) draw(output_map_, "output_map");
}

torch::Tensor AttentionMaps::per_head(const torch::Tensor& input, const torch::Tensor& map) const {
  return at::matmul(input, map.t())
      .view({input.size(0), input.size(1), heads_, map.size(0) / heads_});
}

torch::Tensor AttentionMaps::values(const torch::Tensor& input) const {
  return per_head(input, value_map_);
}

torch::Tensor AttentionMaps::keys(const torch::Tensor& input) const {
  return per_head(input, key_map_);
}

torch::Tensor AttentionMaps::queries(const torch::Tensor& input) const {
  return per_head(input, query_map_);
}

torch::Tensor AttentionMaps::stream_map() const {
  return at::cat({value_map_, key_map_, query_map_}, 0);
}

torch::Tensor AttentionMaps::output(const torch::Tensor& readings) const {
  const at::Tensor joined = readings.flatten(2);
  return output_map_.defined() ? at::matmul(joined, output_map_.t()) : joined;
}

double AttentionMaps::operations() const {
  int64_t numbers = value_map_.numel() + key_map_.numel() + query_map_.numel();
  if (output_map_.defined()) numbers += output_map_.numel();
  return 2.0 * static_cast<double>(numbers);
}

}  // namespace gril

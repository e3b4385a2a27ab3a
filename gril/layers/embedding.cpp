#include "gril/layers/embedding.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/layers/parameter_initialization.h"
#include "gril/layers/symbol_input.h"

namespace gril {
namespace {

constexpr const char* kWhere = "embedding";

}  // namespace

Embedding::Embedding(const EmbeddingOptions& options) : options_(options) {
  check_size(options.symbols, "symbols", kWhere);
  check_size(options.output_size, "output_size", kWhere);
  require(options.initial_scale > 0.0, kWhere, "initial_scale must be above 0; got ",
          options.initial_scale, ".");
  table_ = register_parameter("table", parameter_zeros({options.symbols, options.output_size}));
  Embedding::initialize(0);
}

void Embedding::initialize(uint64_t seed) {
  draw_normal(table_, options_.initial_scale, seed, "table");
}

SequenceOutput Embedding::forward(const torch::Tensor& input, const LayerState& state) const {
  check_symbol_input(input, options_.symbols, 1, kWhere);
  check_layer_state(state, {}, kWhere);
  return {at::embedding(table_, input.squeeze(2)), {}};
}

EmbeddingOptions read_embedding_options(ConfigSection& section) {
  EmbeddingOptions options;
  for (const char* key : {"symbols", "output_size"}) section.need(key);
  options.symbols = section.integer("symbols", options.symbols, 1);
  options.output_size = section.integer("output_size", options.output_size, 1);
  options.initial_scale = section.number("initial_scale", options.initial_scale);
  section.finish();
  return options;
}

Json to_json(const EmbeddingOptions& options) {
  return {{"symbols", options.symbols},
          {"output_size", options.output_size},
          {"initial_scale", options.initial_scale}};
}

}  // namespace gril

#include "gril/layers/positional_embedding.h"

#include <ATen/ATen.h>

#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

constexpr const char* kWhere = "positional_embedding";

/// The one number in `counts` (B); 0 for an empty batch.
int64_t tokens_so_far(const at::Tensor& counts, int64_t maximal_length) {
  if (counts.numel() == 0) return 0;
  const auto lowest = counts.min().item<int64_t>();
  const auto highest = counts.max().item<int64_t>();
  TORCH_CHECK_VALUE(lowest == highest && lowest >= 0 && lowest <= maximal_length, "[", kWhere,
                    "] the tokens so far must be one number from 0 to ", maximal_length,
                    " for the whole batch; got ", lowest, " to ", highest, ".");
  return lowest;
}

}  // namespace

PositionalEmbedding::PositionalEmbedding(const PositionalEmbeddingOptions& options)
    : options_(options) {
  check_size(options.input_size, "input_size", kWhere);
  check_size(options.maximal_length, "maximal_length", kWhere);
  positions_ = register_parameter("positions",
                                  parameter_zeros({options.maximal_length, options.input_size}));
  PositionalEmbedding::initialize(0);
}

void PositionalEmbedding::initialize(uint64_t seed) {
  constexpr double kDeviation = 0.02;  // as BERT's: small beside tokens of unit scale
  draw_normal(positions_, kDeviation, seed, "positions");
}

double PositionalEmbedding::operations_per_token() const {
  return static_cast<double>(options_.input_size);
}

LayerState PositionalEmbedding::initial_state(int64_t batch) const {
  return {at::zeros({batch}, positions_.options().requires_grad(false).dtype(at::kLong))};
}

SequenceOutput PositionalEmbedding::forward(const torch::Tensor& input,
                                            const LayerState& state) const {
  check_sequence_input(input, options_.input_size, positions_, kWhere);
  const LayerState zeros = initial_state(input.size(0));
  if (!state.empty()) check_layer_state(state, zeros, kWhere);
  const LayerState& counts = state.empty() ? zeros : state;
  const int64_t earlier = tokens_so_far(counts.front(), options_.maximal_length);
  const int64_t length = input.size(1);
  TORCH_CHECK_VALUE(earlier + length <= options_.maximal_length, "[", kWhere,
                    "] a sequence must have at most maximal_length = ", options_.maximal_length,
                    " tokens; got ", earlier + length, ".");
  return {input + positions_.narrow(0, earlier, length), {counts.front() + length}};
}

PositionalEmbeddingOptions read_positional_embedding_options(ConfigSection& section) {
  PositionalEmbeddingOptions options;
  for (const char* key : {"input_size", "maximal_length"}) section.need(key);
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.maximal_length = section.integer("maximal_length", options.maximal_length, 1);
  section.finish();
  return options;
}

Json to_json(const PositionalEmbeddingOptions& options) {
  return {{"input_size", options.input_size}, {"maximal_length", options.maximal_length}};
}

}  // namespace gril

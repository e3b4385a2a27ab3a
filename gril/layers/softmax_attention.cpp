#include "gril/layers/softmax_attention.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <utility>

#include "gril/base/check.h"
#include "gril/layers/whole_sequence.h"

namespace gril {
namespace {

constexpr const char* kWhere = "softmax_attention";

AttentionSizes sizes_of(const SoftmaxAttentionOptions& options) {
  return {options.input_size, options.output_size, options.heads,
          options.value_size, options.key_size,    options.output_map};
}

/// For T tokens behind `earlier` ones, (T, earlier + T): whether a token would see a later one.
at::Tensor is_later(int64_t length, int64_t earlier, const at::TensorOptions& options) {
  return at::ones({length, earlier + length}, options.dtype(at::kBool)).triu(earlier + 1);
}

/// (B, 1, 1, T): whether a token is padding; undefined where there is none.
at::Tensor is_padding(const PaddedSequences& sequences) {
  if (!sequences.lengths.defined()) return {};
  const at::Tensor times = at::arange(sequences.tokens.size(1), sequences.lengths.options());
  return times.ge(sequences.lengths.unsqueeze(1)).unsqueeze(1).unsqueeze(1);
}

}  // namespace

SoftmaxAttention::SoftmaxAttention(const SoftmaxAttentionOptions& options)
    : options_(resolve(options)), maps_(*this, sizes_of(options_)) {
  SoftmaxAttention::initialize(0);
}

void SoftmaxAttention::initialize(uint64_t seed) { maps_.initialize(seed); }

double SoftmaxAttention::operations_per_token() const {
  const auto& o = options_;
  const double scores = static_cast<double>(o.heads * (2 * (o.key_size + o.value_size) + 1));
  const double turns =
      o.positions == "rotary" ? 6.0 * static_cast<double>(o.heads * o.key_size) : 0.0;
  return maps_.operations() + scores + turns;
}

LayerState SoftmaxAttention::cache_of_zeros(int64_t batch, int64_t earlier) const {
  const at::Tensor zero = at::zeros({}, maps_.value_map().options().requires_grad(false));
  return {zero.expand({batch, earlier, options_.heads, options_.key_size}),
          zero.expand({batch, earlier, options_.heads, options_.value_size})};
}

LayerState SoftmaxAttention::initial_state(int64_t batch) const {
  return options_.causal ? cache_of_zeros(batch, 0) : whole_sequence_start(batch, *this);
}

torch::Tensor SoftmaxAttention::turned(const torch::Tensor& vectors, int64_t earlier) const {
  if (options_.positions == "none") return vectors;
  const int64_t pairs = options_.key_size / 2;
  const auto reals = at::TensorOptions(at::kDouble).device(vectors.device());
  const at::Tensor frequencies =
      at::arange(pairs, reals)
          .mul(-2.0 * std::log(options_.rotary_base) / static_cast<double>(options_.key_size))
          .exp();
  const at::Tensor times = at::arange(earlier, earlier + vectors.size(1), reals);
  const at::Tensor angles = at::outer(times, frequencies).unsqueeze(1);
  const at::Tensor turns = at::polar(at::ones_like(angles), angles);
  const at::Tensor numbers = at::view_as_complex(vectors.unflatten(3, {pairs, 2}));
  return at::view_as_real(numbers * turns.to(numbers.scalar_type())).flatten(3);
}

torch::Tensor SoftmaxAttention::attend(const torch::Tensor& input, int64_t earlier,
                                       const LayerState& tokens,
                                       const torch::Tensor& hidden) const {
  const double factor =
      options_.scale ? 1.0 / std::sqrt(static_cast<double>(options_.key_size)) : 1.0;
  const at::Tensor queries = turned(maps_.queries(input), earlier).mul(factor).transpose(1, 2);
  at::Tensor scores = at::matmul(queries, tokens[0].permute({0, 2, 3, 1}));
  if (hidden.defined()) {
    scores = scores.masked_fill(hidden, -std::numeric_limits<double>::infinity());
  }
  const at::Tensor readings = at::matmul(at::softmax(scores, -1), tokens[1].transpose(1, 2));
  return maps_.output(readings.transpose(1, 2));
}

SequenceOutput SoftmaxAttention::forward(const torch::Tensor& input,
                                         const LayerState& state) const {
  check_sequence_input(input, options_.input_size, maps_.value_map(), kWhere);
  if (!options_.causal) {
    LayerState end = whole_sequence_end(state, initial_state(input.size(0)), input.size(1), kWhere);
    return {forward_padded({input, {}}).tokens, std::move(end)};
  }
  const bool has_tokens = !state.empty() && state.front().dim() == 4;
  const int64_t earlier = has_tokens ? state.front().size(1) : 0;
  if (!state.empty()) check_layer_state(state, cache_of_zeros(input.size(0), earlier), kWhere);

  LayerState tokens = {turned(maps_.keys(input), earlier), maps_.values(input)};
  if (earlier > 0) {
    tokens = {at::cat({state[0], tokens[0]}, 1), at::cat({state[1], tokens[1]}, 1)};
  }
  const at::Tensor hidden = is_later(input.size(1), earlier, input.options());
  return {attend(input, earlier, tokens, hidden), tokens};
}

PaddedSequences SoftmaxAttention::forward_padded(const PaddedSequences& sequences) const {
  if (options_.causal) return SequenceLayer::forward_padded(sequences);
  const at::Tensor& input = sequences.tokens;
  check_sequence_input(input, options_.input_size, maps_.value_map(), kWhere);
  const LayerState tokens = {turned(maps_.keys(input), 0), maps_.values(input)};
  return {attend(input, 0, tokens, is_padding(sequences)), sequences.lengths};
}

SequenceOutput SoftmaxAttention::step(const torch::Tensor& input, const LayerState& state) const {
  if (!options_.causal) refuse_single_token(kWhere);
  return SequenceLayer::step(input, state);
}

SoftmaxAttentionOptions resolve(SoftmaxAttentionOptions options) {
  const AttentionSizes sizes = resolve(sizes_of(options), kWhere);
  options.value_size = sizes.value_size;
  options.key_size = sizes.key_size;
  options.output_size = sizes.output_size;
  require(options.positions == "none" || options.positions == "rotary", kWhere,
          "positions must be none or rotary; got \"", options.positions, "\".");
  require(options.positions == "none" || options.key_size % 2 == 0, kWhere,
          "key_size must be even with rotary positions; got ", options.key_size, ".");
  require(options.rotary_base > 1.0, kWhere, "rotary_base must be above 1; got ",
          options.rotary_base, ".");
  return options;
}

SoftmaxAttentionOptions read_softmax_attention_options(ConfigSection& section) {
  const AttentionSizes sizes = read_attention_sizes(section);
  SoftmaxAttentionOptions options{sizes.input_size, sizes.output_size, sizes.heads,
                                  sizes.value_size, sizes.key_size,    sizes.output_map};
  options.scale = section.flag("scale", options.scale);
  options.positions = section.choice("positions", options.positions, {"none", "rotary"});
  options.rotary_base = section.number("rotary_base", options.rotary_base);
  options.causal = section.flag("causal", options.causal);
  section.finish();
  return resolve(options);
}

Json to_json(const SoftmaxAttentionOptions& options) {
  Json json = to_json(sizes_of(options));
  json["scale"] = options.scale;
  json["positions"] = options.positions;
  json["rotary_base"] = options.rotary_base;
  json["causal"] = options.causal;
  return json;
}

}  // namespace gril

#include "gril/layers/linear_attention.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/ops/outer_product_scan/outer_product_scan.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_attention";

AttentionSizes sizes_of(const LinearAttentionOptions& options) {
  return {options.input_size, options.output_size, options.heads,
          options.value_size, options.key_size,    options.output_map};
}

}  // namespace

LinearAttention::LinearAttention(const LinearAttentionOptions& options)
    : options_(resolve(options)), maps_(*this, sizes_of(options_)) {
  const auto& o = options_;
  decay_ = StateDecay(*this, o.decay, {o.heads, o.value_size, o.key_size}, o.fixed_decay);
  LinearAttention::initialize(0);
}

void LinearAttention::initialize(uint64_t seed) {
  maps_.initialize(seed, options_.initial_scale);
  decay_.initialize(seed);
}

std::vector<std::string> LinearAttention::recurrence_parameters() const {
  return decay_.parameter_names();
}

double LinearAttention::operations_per_token() const {
  const int64_t state_size = options_.heads * options_.value_size * options_.key_size;
  return maps_.operations() + 5.0 * static_cast<double>(state_size);
}

LayerState LinearAttention::initial_state(int64_t batch) const {
  return {at::zeros({batch, options_.heads, options_.value_size, options_.key_size},
                    maps_.value_map().options().requires_grad(false))};
}

SequenceOutput LinearAttention::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, options_.input_size, maps_.value_map(), kWhere);
  if (!state.empty()) check_layer_state(state, initial_state(input.size(0)), kWhere);
  auto [readings, final_state] = outer_product_scan(
      maps_.values(input), maps_.keys(input), maps_.queries(input), decay_.value(),
      state.empty() ? c10::nullopt : c10::optional<at::Tensor>(state.front()));
  return {maps_.output(readings), {final_state}};
}

LinearAttentionOptions resolve(LinearAttentionOptions options) {
  const AttentionSizes sizes = resolve(sizes_of(options), kWhere);
  options.value_size = sizes.value_size;
  options.key_size = sizes.key_size;
  options.output_size = sizes.output_size;
  require(options.fixed_decay > 0.0 && options.fixed_decay <= 1.0, kWhere,
          "fixed_decay must lie in (0, 1]; got ", options.fixed_decay, ".");
  require(options.initial_scale > 0.0, kWhere, "initial_scale must be above 0; got ",
          options.initial_scale, ".");
  return options;
}

LinearAttentionOptions read_linear_attention_options(ConfigSection& section) {
  const AttentionSizes sizes = read_attention_sizes(section);
  LinearAttentionOptions options{sizes.input_size, sizes.output_size, sizes.heads,
                                 sizes.value_size, sizes.key_size,    sizes.output_map};
  options.decay = decay_kind_from_name(
      section.choice("decay", decay_kind_name(options.decay), decay_kind_names()));
  options.fixed_decay = section.number("fixed_decay", options.fixed_decay);
  options.initial_scale = section.number("initial_scale", options.initial_scale);
  section.finish();
  return resolve(options);
}

Json to_json(const LinearAttentionOptions& options) {
  Json json = to_json(sizes_of(options));
  json["decay"] = decay_kind_name(options.decay);
  json["fixed_decay"] = options.fixed_decay;
  json["initial_scale"] = options.initial_scale;
  return json;
}

}  // namespace gril

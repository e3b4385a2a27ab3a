#include "gril/layers/deep_gril.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/layers/parameter_initialization.h"
#include "gril/ops/causal_convolution/causal_convolution.h"
#include "gril/ops/gated_head_norm/gated_head_norm.h"
#include "gril/ops/outer_product_scan/outer_product_scan.h"

namespace gril {
namespace {

constexpr const char* kWhere = "deep_gril";
constexpr std::size_t kMatrix = 0;  ///< places in the state
constexpr std::size_t kHistory = 1;
constexpr std::size_t kGate = 3;  ///< place among the streams, behind values, keys and queries

AttentionSizes sizes_of(const DeepGrilOptions& options) {
  return {options.input_size, options.output_size, options.heads,
          options.value_size, options.key_size,    /*output_map=*/true};
}

PointwiseActivation pointwise_activation(const std::string& name) {
  if (name == "none") return PointwiseActivation::kNone;
  return name == "silu" ? PointwiseActivation::kSilu : PointwiseActivation::kSigmoid;
}

const std::vector<std::string>& stream_activations() {
  static const std::vector<std::string> names = {"none", "silu"};
  return names;
}

const std::vector<std::string>& gates() {
  static const std::vector<std::string> names = {"none", "sigmoid", "silu"};
  return names;
}

void check_word(const std::string& word, const std::vector<std::string>& words, const char* name) {
  require(std::find(words.begin(), words.end(), word) != words.end(), kWhere, name,
          " must be one of ", join_words(words), "; got \"", word, "\".", suggestion(word, words));
}

}  // namespace

DeepGril::DeepGril(const DeepGrilOptions& options)
    : options_(resolve(options)),
      maps_(*this, sizes_of(options_)),
      activation_(pointwise_activation(options_.activation)),
      output_gate_(pointwise_activation(options_.output_gate)) {
  const auto& o = options_;
  const int64_t values = o.heads * o.value_size;
  const auto add = [this](const char* name, const std::vector<int64_t>& shape) {
    return register_parameter(name, parameter_zeros(shape));
  };
  convolution_ = add("convolution", {o.window, stream_size()});
  if (o.head_norm) head_scale_ = add("head_scale", {values});
  if (o.output_gate != "none") gate_map_ = add("gate_map", {values, o.input_size});
  if (o.feed_through) feed_through_ = add("feed_through", {o.input_size});
  decay_ = StateDecay(*this, o.decay, {o.heads, o.value_size, o.key_size}, o.fixed_decay);
  DeepGril::initialize(0);
}

int64_t DeepGril::stream_size() const {
  return options_.heads * (options_.value_size + 2 * options_.key_size);
}

void DeepGril::initialize(uint64_t seed) {
  constexpr double kOffsetDeviation = 0.1;
  maps_.initialize(seed);
  draw_normal(convolution_, kOffsetDeviation, seed, "convolution");
  at::Tensor current = convolution_.detach()[0];
  set_constant(current, 1.0);
  if (head_scale_.defined()) set_constant(head_scale_, 1.0);
  if (gate_map_.defined()) draw_map(gate_map_, seed, "gate_map");
  if (feed_through_.defined()) draw_normal(feed_through_, 1.0, seed, "feed_through");
  decay_.initialize(seed, {.lowest_rate = options_.min_rate,
                           .highest_rate = options_.max_rate,
                           .spread_over_heads = true});
}

std::vector<std::string> DeepGril::recurrence_parameters() const {
  return decay_.parameter_names();
}

double DeepGril::operations_per_token() const {
  const auto& o = options_;
  const int64_t values = o.heads * o.value_size;
  const int64_t window = (2 * o.window + (o.activation != "none" ? 1 : 0)) * stream_size();
  const int64_t scan = 5 * values * o.key_size;
  const int64_t norm = o.head_norm ? 4 * values : 0;
  const int64_t gate = gate_map_.defined() ? 2 * (values * o.input_size + values) : 0;
  const int64_t feed_through = o.feed_through ? 2 * o.input_size : 0;
  return maps_.operations() + static_cast<double>(window + scan + norm + gate + feed_through);
}

LayerState DeepGril::initial_state(int64_t batch) const {
  const auto numbers = convolution_.options().requires_grad(false);
  return {at::zeros({batch, options_.heads, options_.value_size, options_.key_size}, numbers),
          at::zeros({batch, options_.window - 1, stream_size()}, numbers)};
}

std::vector<int64_t> DeepGril::stream_sizes() const {
  const int64_t values = options_.heads * options_.value_size;
  const int64_t keys = options_.heads * options_.key_size;
  std::vector<int64_t> sizes = {values, keys, keys};
  if (is_gated()) sizes.push_back(values);
  return sizes;
}

torch::Tensor DeepGril::projected(const torch::Tensor& input) const {
  at::Tensor map = maps_.stream_map();
  if (is_gated()) map = at::cat({map, gate_map_}, 0);
  return at::matmul(input, map.t());
}

torch::Tensor DeepGril::output(const torch::Tensor& readings, const c10::optional<at::Tensor>& gate,
                               const torch::Tensor& input) const {
  // What is constant along the batch and time goes into W_O, the small tensor: a, 1/√dk.
  const auto key_size = static_cast<double>(options_.key_size);
  GatedHeadNorm norm = {c10::nullopt, output_gate_};
  at::Tensor map = maps_.output_map();
  if (options_.head_norm) {
    norm.epsilon = options_.epsilon * key_size;
    map = map * head_scale_;
  } else {
    map = map / std::sqrt(key_size);
  }
  const at::Tensor output = at::matmul(gated_head_norm(readings, gate, norm), map.t());
  return options_.feed_through ? at::addcmul(output, feed_through_, input) : output;
}

SequenceOutput DeepGril::forward(const torch::Tensor& input, const LayerState& state) const {
  using Optional = c10::optional<at::Tensor>;
  check_sequence_input(input, options_.input_size, convolution_, kWhere);
  const bool fresh = state.empty();
  if (!fresh) check_layer_state(state, initial_state(input.size(0)), kWhere);
  const Optional matrix = fresh ? c10::nullopt : Optional(state[kMatrix]);
  const Optional history = fresh ? c10::nullopt : Optional(state[kHistory]);
  const at::Tensor projection = projected(input);
  const std::vector<at::Tensor> streams = causal_convolution(
      projection, history, {convolution_, c10::nullopt, activation_}, stream_sizes());
  const auto per_head = [&](std::size_t i) {
    return streams[i].unflatten(2, {options_.heads, streams[i].size(2) / options_.heads});
  };
  auto [readings, last] =
      outer_product_scan(per_head(0), per_head(1), per_head(2), decay_.value(), matrix);
  // A copy: a view would keep the projections of all tokens.
  const at::Tensor last_tokens =
      next_history(projection.narrow(2, 0, stream_size()), history, options_.window).clone();
  return {output(readings, is_gated() ? Optional(streams[kGate]) : c10::nullopt, input),
          {last, last_tokens}};
}

DeepGrilOptions resolve(DeepGrilOptions options) {
  if (options.output_size == 0) options.output_size = options.input_size;
  const AttentionSizes sizes = resolve(sizes_of(options), kWhere);
  options.value_size = sizes.value_size;
  options.key_size = sizes.key_size;
  check_size(options.window, "window", kWhere);
  check_word(options.activation, stream_activations(), "activation");
  check_word(options.output_gate, gates(), "output_gate");
  require(options.fixed_decay > 0.0 && options.fixed_decay <= 1.0, kWhere,
          "fixed_decay must lie in (0, 1]; got ", options.fixed_decay, ".");
  require(options.min_rate > 0.0 && options.min_rate <= options.max_rate, kWhere,
          "min_rate must be above 0 and at most max_rate; got ", options.min_rate, " and ",
          options.max_rate, ".");
  require(options.epsilon > 0.0, kWhere, "epsilon must be above 0; got ", options.epsilon, ".");
  require(!options.feed_through || options.output_size == options.input_size, kWhere,
          "output_size must be input_size = ", options.input_size, " with feed_through; got ",
          options.output_size, ". Switch feed_through off.");
  return options;
}

DeepGrilOptions read_deep_gril_options(ConfigSection& section) {
  DeepGrilOptions options;
  section.need("input_size");
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.output_size = section.integer("output_size", options.output_size, 0);
  options.heads = section.integer("heads", options.heads, 1);
  options.value_size = section.integer("value_size", options.value_size, 0);
  options.key_size = section.integer("key_size", options.key_size, 0);
  options.window = section.integer("window", options.window, 1);
  options.activation = section.choice("activation", options.activation, stream_activations());
  options.decay = decay_kind_from_name(
      section.choice("decay", decay_kind_name(options.decay), decay_kind_names()));
  options.fixed_decay = section.number("fixed_decay", options.fixed_decay);
  options.min_rate = section.number("min_rate", options.min_rate);
  options.max_rate = section.number("max_rate", options.max_rate);
  options.head_norm = section.flag("head_norm", options.head_norm);
  options.epsilon = section.number("epsilon", options.epsilon);
  options.output_gate = section.choice("output_gate", options.output_gate, gates());
  options.feed_through = section.flag("feed_through", options.feed_through);
  section.finish();
  return resolve(options);
}

Json to_json(const DeepGrilOptions& options) {
  return {{"input_size", options.input_size},
          {"output_size", options.output_size},
          {"heads", options.heads},
          {"value_size", options.value_size},
          {"key_size", options.key_size},
          {"window", options.window},
          {"activation", options.activation},
          {"decay", decay_kind_name(options.decay)},
          {"fixed_decay", options.fixed_decay},
          {"min_rate", options.min_rate},
          {"max_rate", options.max_rate},
          {"head_norm", options.head_norm},
          {"epsilon", options.epsilon},
          {"output_gate", options.output_gate},
          {"feed_through", options.feed_through}};
}

}  // namespace gril

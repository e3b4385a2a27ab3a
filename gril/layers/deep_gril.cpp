#include "gril/layers/deep_gril.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/layers/causal_convolution.h"
#include "gril/layers/parameter_initialization.h"
#include "gril/ops/outer_product_scan/outer_product_scan.h"

namespace gril {
namespace {

constexpr const char* kWhere = "deep_gril";
constexpr std::size_t kMatrix = 0;  ///< places in the state
constexpr std::size_t kHistory = 1;
constexpr std::size_t kStreams = 3;  ///< values, keys and queries; behind them the gate

AttentionSizes sizes_of(const DeepGrilOptions& options) {
  return {options.input_size, options.output_size, options.heads,
          options.value_size, options.key_size,    /*output_map=*/true};
}

/// nullptr for "none".
Activation activation_or_none(const std::string& name) {
  return name == "none" ? nullptr : activation_from_name(name, kWhere);
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
      activation_(activation_or_none(options_.activation)),
      output_gate_(activation_or_none(options_.output_gate)) {
  const auto& o = options_;
  const int64_t values = o.heads * o.value_size;
  const auto add = [this](const char* name, const std::vector<int64_t>& shape) {
    return register_parameter(name, at::zeros(shape));
  };
  convolution_ = add("convolution", {o.window, stream_size()});
  if (o.head_norm) head_scale_ = add("head_scale", {values});
  if (output_gate_ != nullptr) gate_map_ = add("gate_map", {values, o.input_size});
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
  const int64_t window = (2 * o.window + (activation_ != nullptr ? 1 : 0)) * stream_size();
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

std::vector<torch::Tensor> DeepGril::projected(const torch::Tensor& input) const {
  const int64_t values = options_.heads * options_.value_size;
  const int64_t keys = options_.heads * options_.key_size;
  std::vector<int64_t> sizes = {values, keys, keys};
  at::Tensor map = maps_.stream_map();
  if (gate_map_.defined()) {
    sizes.push_back(values);
    map = at::cat({map, gate_map_}, 0);
  }
  return at::split_with_sizes(at::matmul(input, map.t()), sizes, -1);
}

torch::Tensor DeepGril::output(const torch::Tensor& readings, const torch::Tensor& gate,
                               const torch::Tensor& input) const {
  // What is constant along the batch and time goes into W_O, the small tensor: a, 1/√dk.
  const auto key_size = static_cast<double>(options_.key_size);
  at::Tensor map = maps_.output_map();
  at::Tensor normal = readings;
  if (options_.head_norm) {
    const at::Tensor mean_square = readings.square().mean({-1}, /*keepdim=*/true);
    normal = readings * (mean_square + options_.epsilon * key_size).rsqrt();
    map = map * head_scale_;
  } else {
    map = map / std::sqrt(key_size);
  }
  normal = normal.flatten(2);
  if (output_gate_ != nullptr) normal = normal * output_gate_(gate);
  const at::Tensor output = at::matmul(normal, map.t());
  return options_.feed_through ? at::addcmul(output, feed_through_, input) : output;
}

SequenceOutput DeepGril::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, options_.input_size, convolution_, kWhere);
  const bool fresh = state.empty();
  if (!fresh) check_layer_state(state, initial_state(input.size(0)), kWhere);
  const std::vector<at::Tensor> projections = projected(input);
  std::vector<at::Tensor> streams;
  std::vector<at::Tensor> histories;
  int64_t first = 0;
  // One by one, so that the scan gets contiguous streams.
  for (std::size_t i = 0; i < kStreams; ++i) {
    const at::Tensor& projection = projections[i];
    const int64_t size = projection.size(2);
    const at::Tensor history = fresh ? at::Tensor() : state[kHistory].narrow(2, first, size);
    const at::Tensor sum =
        causal_convolution(projection, history, convolution_.narrow(1, first, size));
    streams.push_back((activation_ != nullptr ? activation_(sum) : sum)
                          .unflatten(2, {options_.heads, size / options_.heads}));
    histories.push_back(next_history(projection, history, options_.window));
    first += size;
  }
  auto [readings, last] =
      outer_product_scan(streams[0], streams[1], streams[2], decay_.value(),
                         fresh ? c10::nullopt : c10::optional<at::Tensor>(state[kMatrix]));
  const at::Tensor gate = gate_map_.defined() ? projections[kStreams] : at::Tensor();
  return {output(readings, gate, input), {last, at::cat(histories, 2)}};
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

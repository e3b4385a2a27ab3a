#include "gril/layers/selective_state_space.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/layers/parameter_initialization.h"
#include "gril/ops/causal_convolution/causal_convolution.h"
#include "gril/ops/linear_scan/linear_scan.h"

namespace gril {
namespace {

constexpr const char* kWhere = "selective_state_space";
constexpr std::size_t kRecurrent = 0;  ///< places in the state
constexpr std::size_t kHistory = 1;
constexpr double kShortestTimescale = 1e-3;
constexpr double kLongestTimescale = 1e-1;
constexpr int64_t kInputsPerRank = 16;

void draw_uniform_around_zero(at::Tensor& parameter, int64_t inputs, uint64_t seed,
                              const char* name) {
  const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
  draw_uniform(parameter, -bound, bound, seed, name);
}

}  // namespace

SelectiveStateSpace::SelectiveStateSpace(const SelectiveStateSpaceOptions& options)
    : options_(resolve(options)) {
  const auto& o = options_;
  const auto add = [this](const char* name, const std::vector<int64_t>& shape) {
    return register_parameter(name, parameter_zeros(shape));
  };
  input_map_ = add("input_map", {o.channels, o.input_size});
  gate_map_ = add("gate_map", {o.channels, o.input_size});
  convolution_ = add("convolution", {o.channels, o.window});
  convolution_bias_ = add("convolution_bias", {o.channels});
  timescale_reduction_ = add("timescale_reduction", {o.timescale_rank, o.channels});
  timescale_map_ = add("timescale_map", {o.channels, o.timescale_rank});
  timescale_bias_ = add("timescale_bias", {o.channels});
  state_input_map_ = add("state_input_map", {o.state_size, o.channels});
  readout_map_ = add("readout_map", {o.state_size, o.channels});
  log_decay_rate_ = add("log_decay_rate", {o.channels, o.state_size});
  feed_through_ = add("feed_through", {o.channels});
  output_map_ = add("output_map", {o.output_size, o.channels});
  SelectiveStateSpace::initialize(0);
}

void SelectiveStateSpace::initialize(uint64_t seed) {
  draw_map(input_map_, seed, "input_map");
  draw_map(gate_map_, seed, "gate_map");
  draw_uniform_around_zero(convolution_, options_.window, seed, "convolution");
  draw_uniform_around_zero(convolution_bias_, options_.window, seed, "convolution_bias");
  draw_map(timescale_reduction_, seed, "timescale_reduction");
  draw_uniform_around_zero(timescale_map_, options_.timescale_rank, seed, "timescale_map");
  draw_map(state_input_map_, seed, "state_input_map");
  draw_map(readout_map_, seed, "readout_map");
  set_constant(feed_through_, 1.0);
  draw_map(output_map_, seed, "output_map");

  const c10::AutoGradMode no_grad(false);
  at::Tensor timescale = at::empty(timescale_bias_.sizes(), at::kDouble);
  draw_uniform(timescale, std::log(kShortestTimescale), std::log(kLongestTimescale), seed,
               "timescale_bias");
  timescale.exp_();
  // The inverse of softplus, log(exp(Δ) - 1), without losing the digits of a small Δ.
  timescale_bias_.copy_(timescale + timescale.neg().expm1().neg().log());
  const at::Tensor rates = at::arange(1, options_.state_size + 1, at::kDouble);
  log_decay_rate_.copy_(rates.log().expand_as(log_decay_rate_));
}

std::vector<std::string> SelectiveStateSpace::recurrence_parameters() const {
  return {"log_decay_rate", "timescale_bias"};
}

double SelectiveStateSpace::operations_per_token() const {
  const auto& o = options_;
  const double maps = static_cast<double>(2 * o.input_size + 2 * o.timescale_rank +
                                          2 * o.state_size + o.window + o.output_size);
  const double elementwise = 8.0;  // activations, the bias and product of Δ, D_skip and the gate
  const double per_state = 7.0;    // factor, input, recurrence and readout
  const double per_channel =
      2.0 * maps + elementwise + per_state * static_cast<double>(o.state_size);
  return per_channel * static_cast<double>(o.channels);
}

LayerState SelectiveStateSpace::initial_state(int64_t batch) const {
  const auto numbers = feed_through_.options().requires_grad(false);
  return {at::zeros({batch, options_.channels, options_.state_size}, numbers),
          at::zeros({batch, options_.window - 1, options_.channels}, numbers)};
}

torch::Tensor SelectiveStateSpace::convolved(const torch::Tensor& stream,
                                             const c10::optional<at::Tensor>& history) const {
  return causal_convolution(
             stream, history,
             {convolution_.t().contiguous(), convolution_bias_, PointwiseActivation::kSilu},
             options_.channels)
      .front();
}

torch::Tensor SelectiveStateSpace::scanned(const torch::Tensor& convolved,
                                           const torch::Tensor& initial) const {
  const at::Tensor timescale = at::softplus(
      at::linear(at::linear(convolved, timescale_reduction_), timescale_map_, timescale_bias_));
  const at::Tensor decay = (timescale.unsqueeze(3) * log_decay_rate_.exp().neg()).exp();
  const at::Tensor input =
      (timescale * convolved).unsqueeze(3) * at::linear(convolved, state_input_map_).unsqueeze(2);
  c10::optional<at::Tensor> start;
  if (initial.defined()) start = initial.flatten(1);
  return linear_scan(decay.flatten(2), input.flatten(2), start)
      .unflatten(2, {options_.channels, options_.state_size});
}

SequenceOutput SelectiveStateSpace::forward(const torch::Tensor& input,
                                            const LayerState& state) const {
  check_sequence_input(input, options_.input_size, feed_through_, kWhere);
  const bool fresh = state.empty();
  if (!fresh) check_layer_state(state, initial_state(input.size(0)), kWhere);
  const at::Tensor stream = at::linear(input, input_map_);
  const auto history = fresh ? c10::nullopt : c10::optional<at::Tensor>(state[kHistory]);
  const at::Tensor tokens = convolved(stream, history);
  const at::Tensor states = scanned(tokens, fresh ? at::Tensor() : state[kRecurrent]);
  const at::Tensor readout = at::linear(tokens, readout_map_).unsqueeze(3);
  const at::Tensor readings = at::matmul(states, readout).squeeze(3);
  const at::Tensor gate = at::silu(at::linear(input, gate_map_));
  return {at::linear(gate * at::addcmul(readings, feed_through_, tokens), output_map_),
          {states.select(1, input.size(1) - 1).clone(),
           next_history(stream, history, options_.window).clone()}};
}

SelectiveStateSpaceOptions resolve(SelectiveStateSpaceOptions options) {
  check_size(options.input_size, "input_size", kWhere);
  if (options.output_size == 0) options.output_size = options.input_size;
  if (options.channels == 0) options.channels = 2 * options.input_size;
  if (options.timescale_rank == 0) {
    options.timescale_rank = (options.input_size + kInputsPerRank - 1) / kInputsPerRank;
  }
  check_size(options.output_size, "output_size", kWhere);
  check_size(options.channels, "channels", kWhere);
  check_size(options.state_size, "state_size", kWhere);
  check_size(options.timescale_rank, "timescale_rank", kWhere);
  check_size(options.window, "window", kWhere);
  return options;
}

SelectiveStateSpaceOptions read_selective_state_space_options(ConfigSection& section) {
  SelectiveStateSpaceOptions options;
  section.need("input_size");
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.output_size = section.integer("output_size", options.output_size, 0);
  options.channels = section.integer("channels", options.channels, 0);
  options.state_size = section.integer("state_size", options.state_size, 1);
  options.timescale_rank = section.integer("timescale_rank", options.timescale_rank, 0);
  options.window = section.integer("window", options.window, 1);
  section.finish();
  return resolve(options);
}

Json to_json(const SelectiveStateSpaceOptions& options) {
  return {{"input_size", options.input_size},
          {"output_size", options.output_size},
          {"channels", options.channels},
          {"state_size", options.state_size},
          {"timescale_rank", options.timescale_rank},
          {"window", options.window}};
}

}  // namespace gril

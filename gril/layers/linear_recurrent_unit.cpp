#include "gril/layers/linear_recurrent_unit.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/layers/double_exponential.h"
#include "gril/layers/parameter_initialization.h"
#include "gril/ops/linear_scan/linear_scan.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_recurrent_unit";

/// Real and imaginary parts alternate along `axis`, as they lie in the memory of complex numbers.
at::Tensor interleaved(const at::Tensor& real, const at::Tensor& imaginary, int64_t axis) {
  return at::stack({real, imaginary}, axis + 1).flatten(axis, axis + 1);
}

}  // namespace

LinearRecurrentUnit::LinearRecurrentUnit(const LinearRecurrentUnitOptions& options)
    : options_(resolve(options)) {
  const auto& o = options_;
  const auto add = [this](const char* name, const std::vector<int64_t>& shape) {
    return register_parameter(name, parameter_zeros(shape));
  };
  log_decay_rate_ = add("log_decay_rate", {o.state_size});
  log_phase_ = add("log_phase", {o.state_size});
  log_input_scale_ = add("log_input_scale", {o.state_size});
  input_map_real_ = add("input_map_real", {o.state_size, o.input_size});
  input_map_imaginary_ = add("input_map_imaginary", {o.state_size, o.input_size});
  readout_real_ = add("readout_real", {o.output_size, o.state_size});
  readout_imaginary_ = add("readout_imaginary", {o.output_size, o.state_size});
  if (o.feed_through) feed_through_ = add("feed_through", {o.input_size});
  LinearRecurrentUnit::initialize(0);
}

void LinearRecurrentUnit::initialize(uint64_t seed) {
  const auto& o = options_;
  const double input_deviation = 1.0 / std::sqrt(2.0 * static_cast<double>(o.input_size));
  draw_normal(input_map_real_, input_deviation, seed, "input_map_real");
  draw_normal(input_map_imaginary_, input_deviation, seed, "input_map_imaginary");
  draw_map(readout_real_, seed, "readout_real");
  draw_map(readout_imaginary_, seed, "readout_imaginary");
  if (o.feed_through) draw_normal(feed_through_, 1.0, seed, "feed_through");

  const c10::AutoGradMode no_grad(false);
  at::Tensor log_rate = at::empty(log_decay_rate_.sizes(), at::kDouble);
  draw_uniform_on_ring(log_rate, o.r_min * o.r_min, o.r_max * o.r_max, seed, "log_decay_rate");
  log_decay_rate_.copy_(log_rate);
  // 1 - |λ|² = -expm1(2 log |λ|) keeps its digits for |λ| near 1.
  log_input_scale_.copy_(log_rate.exp().mul(-2.0).expm1().neg().log().mul(0.5));
  at::Tensor phase = at::empty(log_phase_.sizes(), at::kDouble);
  draw_uniform(phase, 0.0, o.max_phase, seed, "log_phase");
  log_phase_.copy_(phase.log());
}

std::vector<std::string> LinearRecurrentUnit::recurrence_parameters() const {
  return {"log_decay_rate", "log_phase", "log_input_scale"};
}

double LinearRecurrentUnit::operations_per_token() const {
  const double n = static_cast<double>(options_.state_size);
  const double d = static_cast<double>(options_.input_size);
  const double maps = 4.0 * n * (d + static_cast<double>(options_.output_size));
  return maps + 8.0 * n + (options_.feed_through ? 2.0 * d : 0.0);
}

LayerState LinearRecurrentUnit::initial_state(int64_t batch) const {
  return {at::zeros({batch, options_.state_size, 2}, log_phase_.options().requires_grad(false))};
}

torch::Tensor LinearRecurrentUnit::eigenvalues() const {
  return at::polar(double_exponential(log_decay_rate_), log_phase_.exp());
}

torch::Tensor LinearRecurrentUnit::scaled_input(const torch::Tensor& input) const {
  // Scaling the rows of B costs less than scaling every token.
  const at::Tensor scale = log_input_scale_.exp().unsqueeze(1);
  const at::Tensor map = interleaved(input_map_real_ * scale, input_map_imaginary_ * scale, 0);
  return at::view_as_complex(at::linear(input, map).unflatten(2, {options_.state_size, 2}));
}

torch::Tensor LinearRecurrentUnit::read(const torch::Tensor& states) const {
  const at::Tensor map = interleaved(readout_real_, readout_imaginary_.neg(), 1);
  return at::linear(at::view_as_real(states).flatten(2), map);
}

SequenceOutput LinearRecurrentUnit::forward(const torch::Tensor& input,
                                            const LayerState& state) const {
  check_sequence_input(input, options_.input_size, log_phase_, kWhere);
  c10::optional<at::Tensor> initial;
  if (!state.empty()) {
    check_layer_state(state, initial_state(input.size(0)), kWhere);
    initial = at::view_as_complex(state.front().contiguous());
  }
  const at::Tensor states = linear_scan(eigenvalues(), scaled_input(input), initial);
  at::Tensor output = read(states);
  if (options_.feed_through) output = at::addcmul(output, feed_through_, input);
  return {output, {at::view_as_real(states.select(1, input.size(1) - 1).clone())}};
}

LinearRecurrentUnitOptions resolve(LinearRecurrentUnitOptions options) {
  check_size(options.input_size, "input_size", kWhere);
  check_size(options.state_size, "state_size", kWhere);
  if (options.output_size == 0) options.output_size = options.input_size;
  check_size(options.output_size, "output_size", kWhere);
  require(0.0 <= options.r_min && options.r_min < options.r_max && options.r_max <= 1.0, kWhere,
          "the radii must satisfy 0 <= r_min < r_max <= 1; got r_min ", options.r_min,
          " and r_max ", options.r_max, ".");
  require(options.max_phase > 0.0, kWhere, "max_phase must be above 0; got ", options.max_phase,
          ".");
  require(!options.feed_through || options.output_size == options.input_size, kWhere,
          "output_size must be input_size = ", options.input_size, " with feed_through; got ",
          options.output_size, ". Switch feed_through off.");
  return options;
}

LinearRecurrentUnitOptions read_linear_recurrent_unit_options(ConfigSection& section) {
  LinearRecurrentUnitOptions options;
  for (const char* key : {"input_size", "state_size"}) section.need(key);
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.output_size = section.integer("output_size", options.output_size, 0);
  options.state_size = section.integer("state_size", options.state_size, 1);
  options.r_min = section.number("r_min", options.r_min);
  options.r_max = section.number("r_max", options.r_max);
  options.max_phase = section.number("max_phase", options.max_phase);
  options.feed_through = section.flag("feed_through", options.feed_through);
  section.finish();
  return resolve(options);
}

Json to_json(const LinearRecurrentUnitOptions& options) {
  return {{"input_size", options.input_size},
          {"output_size", options.output_size},
          {"state_size", options.state_size},
          {"r_min", options.r_min},
          {"r_max", options.r_max},
          {"max_phase", options.max_phase},
          {"feed_through", options.feed_through}};
}

}  // namespace gril

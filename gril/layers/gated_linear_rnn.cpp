#include "gril/layers/gated_linear_rnn.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/layers/double_exponential.h"
#include "gril/layers/parameter_initialization.h"
#include "gril/ops/linear_scan/linear_scan.h"

namespace gril {
namespace {

constexpr const char* kWhere = "gated_linear_rnn";

void check(const GatedLinearRnnOptions& options) {
  check_size(options.input_size, "input_size", kWhere);
  check_size(options.output_size, "output_size", kWhere);
  check_size(options.state_size, "state_size", kWhere);
  check_size(options.gate_size, "gate_size", kWhere);
  require(options.eigenvalue_form == "free" || options.eigenvalue_form == "double_exponential",
          kWhere, "eigenvalue_form must be free or double_exponential; got \"",
          options.eigenvalue_form, "\".");
}

}  // namespace

GatedLinearRnn::GatedLinearRnn(const GatedLinearRnnOptions& options) : options_(options) {
  check(options);
  const auto& o = options_;
  const auto add = [this](const char* name, int64_t rows, int64_t columns) {
    return register_parameter(name, parameter_zeros({rows, columns}));
  };
  input_gate_ = add("input_gate", o.state_size, o.input_size + 1);
  input_map_ = add("input_map", o.state_size, o.input_size + 1);
  recurrence_ = register_parameter(GatedLinearRnn::recurrence_parameters().front(),
                                   parameter_zeros({o.state_size}));
  output_gate_ = add("output_gate", o.gate_size, o.side_gate ? o.input_size + 1 : o.state_size);
  output_map_ = add("output_map", o.gate_size, o.state_size);
  readout_ = add("readout", o.output_size, o.gate_size);
  GatedLinearRnn::initialize(0);
}

void GatedLinearRnn::initialize(uint64_t seed) {
  draw_map(input_gate_, seed, "input_gate");
  draw_map(input_map_, seed, "input_map");
  draw_map(output_gate_, seed, "output_gate");
  draw_map(output_map_, seed, "output_map");
  draw_map(readout_, seed, "readout");
  if (trains_log_rate()) {
    draw_uniform_on_ring(recurrence_, 0.001, 0.999, seed, "log_decay_rate");
  } else {
    draw_uniform(recurrence_, 0.0, 1.0, seed, "eigenvalues");
  }
}

std::vector<std::string> GatedLinearRnn::recurrence_parameters() const {
  return {trains_log_rate() ? "log_decay_rate" : "eigenvalues"};
}

torch::Tensor GatedLinearRnn::eigenvalues() const {
  return trains_log_rate() ? double_exponential(recurrence_) : recurrence_;
}

double GatedLinearRnn::operations_per_token() const {
  const double d = static_cast<double>(options_.input_size + 1);
  const double n = static_cast<double>(options_.state_size);
  const double m = static_cast<double>(options_.gate_size);
  const double gate_inputs = options_.side_gate ? d : n;
  return 4.0 * n * d + 3.0 * n + 2.0 * m * (gate_inputs + n) + m +
         2.0 * m * static_cast<double>(options_.output_size);
}

LayerState GatedLinearRnn::initial_state(int64_t batch) const {
  return {at::zeros({batch, options_.state_size}, readout_.options().requires_grad(false))};
}

SequenceOutput GatedLinearRnn::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, options_.input_size, readout_, kWhere);
  if (!state.empty()) check_layer_state(state, initial_state(input.size(0)), kWhere);
  const at::Tensor augmented = at::constant_pad_nd(input, {0, 1}, 1.0);
  const at::Tensor gated =
      at::matmul(augmented, input_gate_.t()) * at::matmul(augmented, input_map_.t());
  const at::Tensor states =
      linear_scan(eigenvalues(), gated,
                  state.empty() ? c10::nullopt : c10::optional<at::Tensor>(state.front()));
  const at::Tensor& gate_input = options_.side_gate ? augmented : states;
  const at::Tensor products =
      at::matmul(gate_input, output_gate_.t()) * at::matmul(states, output_map_.t());
  return {at::matmul(products, readout_.t()), {states.select(1, input.size(1) - 1).clone()}};
}

GatedLinearRnnOptions read_gated_linear_rnn_options(ConfigSection& section) {
  GatedLinearRnnOptions options;
  for (const char* key : {"input_size", "output_size", "state_size", "gate_size"})
    section.need(key);
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.output_size = section.integer("output_size", options.output_size, 1);
  options.state_size = section.integer("state_size", options.state_size, 1);
  options.gate_size = section.integer("gate_size", options.gate_size, 1);
  options.side_gate = section.flag("side_gate", options.side_gate);
  options.eigenvalue_form =
      section.choice("eigenvalue_form", options.eigenvalue_form, {"free", "double_exponential"});
  section.finish();
  return options;
}

Json to_json(const GatedLinearRnnOptions& options) {
  return {{"input_size", options.input_size}, {"output_size", options.output_size},
          {"state_size", options.state_size}, {"gate_size", options.gate_size},
          {"side_gate", options.side_gate},   {"eigenvalue_form", options.eigenvalue_form}};
}

}  // namespace gril

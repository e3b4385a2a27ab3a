#include "gril/constructions/linear_attention_as_lru.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/layers/gated_linear_unit.h"
#include "gril/layers/linear_layer.h"
#include "gril/layers/linear_recurrent_unit.h"

namespace gril {
namespace {

at::Tensor zeros(int64_t rows, int64_t columns) { return at::zeros({rows, columns}, at::kDouble); }

/// The products (right x + a) ⊙ (left x): the constant a = 1 lets a query pass.
ExactLayer input_gate(const MemoryQueryForm& form) {
  const int64_t memory = form.memory_neurons();
  const int64_t queries = form.query_neurons();
  const GatedLinearUnitOptions options{
      .input_size = form.width(), .output_size = memory + queries, .gate = "bilinear"};
  return {layer_json("gated_linear_unit", to_json(options)),
          {{"gate_map", at::cat({form.right, zeros(queries, form.width())})},
           {"gate_bias", at::cat({at::zeros({memory}), at::ones({queries})})},
           {"linear_map", at::cat({form.left, form.queries})},
           {"linear_bias", at::zeros({memory + queries})}}};
}

ExactLayer recurrence(const MemoryQueryForm& form, double delta) {
  // exp of this is an angle of exactly 0.
  constexpr double kLogOfZero = -1000.0;
  const int64_t memory = form.memory_neurons();
  const int64_t queries = form.query_neurons();
  const double log_radius = form.decay < 1.0 ? std::log(form.decay) : std::log1p(-delta);
  const double log_phase = form.rotation > 0.0 ? std::log(form.rotation) : kLogOfZero;
  const auto all = [memory](double value) { return at::full({memory}, value, at::kDouble); };
  const at::Tensor identity = at::eye(memory, memory + queries, at::kDouble);
  const LinearRecurrentUnitOptions options{.input_size = memory + queries, .state_size = memory};
  return {layer_json("linear_recurrent_unit", to_json(resolve(options))),
          {{"log_decay_rate", all(std::log(-log_radius))},
           {"log_phase", all(log_phase)},
           {"log_input_scale", all(0.0)},
           {"input_map_real", identity},
           {"input_map_imaginary", zeros(memory, memory + queries)},
           {"readout_real", identity.t()},
           {"readout_imaginary", zeros(memory + queries, memory)},
           {"feed_through", at::cat({at::zeros({memory}), at::ones({queries})})}}};
}

ExactLayer output_gate(const MemoryQueryForm& form) {
  const int64_t memory = form.memory_neurons();
  const int64_t queries = form.query_neurons();
  const GatedLinearUnitOptions options{.input_size = memory + queries,
                                       .output_size = form.gates(),
                                       .gate = "bilinear",
                                       .bias = false};
  return {layer_json("gated_linear_unit", to_json(options)),
          {{"gate_map", at::cat({memory_selector(form), zeros(form.gates(), queries)}, 1)},
           {"linear_map", at::cat({zeros(form.gates(), memory), query_selector(form)}, 1)}}};
}

}  // namespace

std::vector<ExactLayer> linear_attention_as_lru(const MemoryQueryForm& form, double delta) {
  const LinearLayerOptions readout{
      .input_size = form.gates(), .output_size = form.outputs(), .bias = false};
  return {input_gate(form),
          recurrence(form, delta),
          output_gate(form),
          {layer_json("linear", to_json(readout)), {{"map", form.readout}}}};
}

}  // namespace gril

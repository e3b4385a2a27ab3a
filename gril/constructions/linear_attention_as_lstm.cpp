#include "gril/constructions/linear_attention_as_lstm.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/constructions/sigmoid_cell.h"

namespace gril {
namespace {

constexpr const char* kCell = "an LSTM";

/// b with σ(b) = decay.
double forget_bias(double decay) { return decay < 1.0 ? std::log(decay / (1.0 - decay)) : kOpen; }

ExactLayer lstm(const std::vector<CellGate>& gates) {
  return cell_layer("lstm", gates, at::zeros_like(gates.front().bias));
}

/// Input gate and memory.
ExactLayer memory_layer(const MemoryQueryForm& form, double epsilon) {
  const int64_t d = form.width();
  const int64_t queries = form.query_neurons();
  const int64_t pairs = 2 * form.memory_neurons();
  const at::Tensor candidates =
      at::cat({equal_pairs(sum_scale(epsilon) * form.left), query_scale(epsilon) * form.queries});
  return lstm(
      {stacked(unbiased_gate(sign_pairs(epsilon * form.right)), constant_gate(queries, d, kOpen)),
       stacked(constant_gate(pairs, d, forget_bias(form.decay)),
               constant_gate(queries, d, kClosed)),
       unbiased_gate(candidates), constant_gate(pairs + queries, d, kOpen)});
}

/// Output gate: no memory of its own.
ExactLayer product_layer(const MemoryQueryForm& form, double epsilon) {
  const at::Tensor candidates = pair_differences(form) * (2.0 / epsilon);
  const auto constant = [&](double bias) {
    return constant_gate(candidates.size(0), candidates.size(1), bias);
  };
  return lstm({constant(kOpen), constant(kClosed), unbiased_gate(candidates),
               unbiased_gate(signed_queries(form) * (epsilon / query_scale(epsilon)))});
}

}  // namespace

std::vector<ExactLayer> linear_attention_as_two_layer_lstm(const MemoryQueryForm& form,
                                                           double epsilon) {
  check_real(form, kCell);
  const MemoryQueryForm unit = normalised(form);
  return {memory_layer(unit, epsilon), product_layer(unit, epsilon),
          pair_readout(unit.readout * (2.0 / (epsilon * sum_scale(epsilon))))};
}

std::vector<ExactLayer> linear_attention_as_one_layer_lstm(const MemoryQueryForm& form,
                                                           double epsilon) {
  check_real(form, kCell);
  const MemoryQueryForm unit = normalised(form);
  const at::Tensor left = at::mm(memory_selector(unit), unit.left) * sum_scale(epsilon);
  const at::Tensor right = at::mm(memory_selector(unit), unit.right) * epsilon;
  const at::Tensor queries = at::mm(query_selector(unit), unit.queries) * epsilon;
  // The units of a gate: (s, s') = (+, +), (+, -), (-, +), (-, -).
  const at::Tensor signed_by_key = sign_pairs(unit.readout.t()).t();
  return {lstm({unbiased_gate(equal_pairs(sign_pairs(right))),
                constant_gate(4 * form.gates(), form.width(), forget_bias(form.decay)),
                unbiased_gate(equal_pairs(equal_pairs(left))),
                unbiased_gate(sign_pairs(equal_pairs(queries)))}),
          pair_readout(signed_by_key * (4.0 / (epsilon * epsilon * sum_scale(epsilon))))};
}

}  // namespace gril

#include "gril/constructions/linear_attention_as_gru.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/constructions/sigmoid_cell.h"

namespace gril {
namespace {

at::Tensor constants(int64_t count, double value) { return at::full({count}, value, at::kDouble); }

/// Input gate and memory.
ExactLayer memory_layer(const MemoryQueryForm& form, double epsilon) {
  const int64_t d = form.width();
  const int64_t queries = form.query_neurons();
  const int64_t pairs = 2 * form.memory_neurons();
  const at::Tensor candidates =
      at::cat({equal_pairs(sum_scale(epsilon) * form.left), query_scale(epsilon) * form.queries});
  return cell_layer("gru",
                    {constant_gate(pairs + queries, d, kOpen),
                     stacked(unbiased_gate(sign_pairs(-epsilon * form.right)),
                             constant_gate(queries, d, kClosed)),
                     unbiased_gate(candidates)},
                    at::cat({constants(pairs, 1.0), constants(queries, 0.0)}));
}

/// Output gate: no memory of its own.
ExactLayer product_layer(const MemoryQueryForm& form, double epsilon) {
  const at::Tensor queries = signed_queries(form) * (epsilon / query_scale(epsilon));
  return cell_layer("gru",
                    {unbiased_gate(-2.0 * queries), unbiased_gate(-queries),
                     unbiased_gate(pair_differences(form) * (2.0 / epsilon))},
                    constants(2 * form.gates(), -2.0));
}

}  // namespace

std::vector<ExactLayer> linear_attention_as_gru(const MemoryQueryForm& form, double epsilon) {
  check_real(form, "a GRU");
  require(
      form.decay == 1.0, "linear_attention",
      "a GRU cannot forget at a rate of its own, its keep gate decides what is written too; got "
      "decay ",
      form.decay, ". Use a gated RNN, an LRU or an LSTM.");
  const MemoryQueryForm unit = normalised(form);
  return {memory_layer(unit, epsilon), product_layer(unit, epsilon),
          pair_readout(unit.readout * (2.0 / (epsilon * sum_scale(epsilon))))};
}

}  // namespace gril

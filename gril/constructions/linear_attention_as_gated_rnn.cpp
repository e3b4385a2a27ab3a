#include "gril/constructions/linear_attention_as_gated_rnn.h"

#include <ATen/ATen.h>

#include "gril/layers/gated_linear_rnn.h"

namespace gril {
namespace {

at::Tensor zeros(int64_t rows, int64_t columns) { return at::zeros({rows, columns}, at::kDouble); }

at::Tensor ones(int64_t rows) { return at::ones({rows, 1}, at::kDouble); }

}  // namespace

ExactLayer linear_attention_as_gated_rnn(const MemoryQueryForm& form) {
  check_real(form, "a gated linear RNN");
  const int64_t memory = form.memory_neurons();
  const int64_t queries = form.query_neurons();
  const int64_t gates = form.gates();
  const at::Tensor left = at::cat({form.left, form.queries});
  const at::Tensor right = at::cat({form.right, zeros(queries, form.width())});
  const at::Tensor constant = at::cat({zeros(memory, 1), ones(queries)});
  const at::Tensor eigenvalues =
      at::cat({at::full({memory}, form.decay, at::kDouble), at::zeros({queries}, at::kDouble)});

  const GatedLinearRnnOptions options{.input_size = form.width(),
                                      .output_size = form.outputs(),
                                      .state_size = memory + queries,
                                      .gate_size = gates};
  return {layer_json("gated_linear_rnn", to_json(options)),
          {{"input_gate", at::cat({right, constant}, 1)},
           {"input_map", at::constant_pad_nd(left, {0, 1})},
           {"eigenvalues", eigenvalues},
           {"output_gate", at::cat({memory_selector(form), zeros(gates, queries)}, 1)},
           {"output_map", at::cat({zeros(gates, memory), query_selector(form)}, 1)},
           {"readout", form.readout}}};
}

}  // namespace gril

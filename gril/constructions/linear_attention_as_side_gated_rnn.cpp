#include "gril/constructions/linear_attention_as_side_gated_rnn.h"

#include <ATen/ATen.h>

#include "gril/layers/gated_linear_rnn.h"

namespace gril {

ExactLayer linear_attention_as_side_gated_rnn(const MemoryQueryForm& form) {
  check_real(form, "a gated linear RNN");
  // The 1 that the layer appends to a token is not used.
  const auto augmented = [](const at::Tensor& map) { return at::constant_pad_nd(map, {0, 1}); };
  const GatedLinearRnnOptions options{.input_size = form.width(),
                                      .output_size = form.outputs(),
                                      .state_size = form.memory_neurons(),
                                      .gate_size = form.gates(),
                                      .side_gate = true};
  return {layer_json("gated_linear_rnn", to_json(options)),
          {{"input_gate", augmented(form.right)},
           {"input_map", augmented(form.left)},
           {"eigenvalues", at::full({form.memory_neurons()}, form.decay, at::kDouble)},
           {"output_gate", augmented(at::mm(query_selector(form), form.queries))},
           {"output_map", memory_selector(form)},
           {"readout", form.readout}}};
}

}  // namespace gril

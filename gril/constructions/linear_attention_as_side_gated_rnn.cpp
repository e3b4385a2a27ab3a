#include "gril/constructions/linear_attention_as_side_gated_rnn.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/constructions/exact_model.h"
#include "gril/layers/gated_linear_rnn.h"

namespace gril {

std::shared_ptr<SequenceModel> linear_attention_as_side_gated_rnn(const MemoryQueryForm& form,
                                                                  torch::Dtype dtype) {
  require(form.rotation == 0.0, "linear_attention",
          "a gated linear RNN has real eigenvalues and cannot rotate; got rotation ", form.rotation,
          ". Use an LRU.");
  // The 1 that the layer appends to a token is not used.
  const auto augmented = [](const at::Tensor& map) {
    return at::constant_pad_nd(map, {0, 1}, 0.0);
  };
  const GatedLinearRnnOptions options{.input_size = form.width(),
                                      .output_size = form.outputs(),
                                      .state_size = form.memory_neurons(),
                                      .gate_size = form.gates(),
                                      .side_gate = true};
  Json layer = {{"kind", "gated_linear_rnn"}};
  layer.update(to_json(options));
  return exact_model({{layer,
                       {{"input_gate", augmented(form.right)},
                        {"input_map", augmented(form.left)},
                        {"eigenvalues", at::full({form.memory_neurons()}, form.decay, at::kDouble)},
                        {"output_gate", augmented(at::mm(query_selector(form), form.queries))},
                        {"output_map", memory_selector(form)},
                        {"readout", form.readout}}}},
                     dtype);
}

}  // namespace gril

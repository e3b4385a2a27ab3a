#include "gril/constructions/linear_attention_as_gated_rnn.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/constructions/exact_model.h"
#include "gril/layers/gated_linear_rnn.h"

namespace gril {
namespace {

at::Tensor zeros(int64_t rows, int64_t columns) { return at::zeros({rows, columns}, at::kDouble); }

at::Tensor ones(int64_t rows) { return at::ones({rows, 1}, at::kDouble); }

}  // namespace

std::shared_ptr<SequenceModel> linear_attention_as_gated_rnn(const MemoryQueryForm& form,
                                                             torch::Dtype dtype) {
  require(form.rotation == 0.0, "linear_attention",
          "a gated linear RNN has real eigenvalues and cannot rotate; got rotation ", form.rotation,
          ". Use an LRU.");
  const int64_t memory = form.memory_neurons();
  const int64_t queries = form.query_neurons();
  const int64_t gates = form.gates();
  const int64_t d = form.width();
  const at::Tensor input_map =
      at::cat({at::cat({form.left, form.queries}), zeros(memory + queries, 1)}, 1);
  const at::Tensor input_gate = at::cat(
      {at::cat({form.right, zeros(queries, d)}), at::cat({zeros(memory, 1), ones(queries)})}, 1);
  const at::Tensor eigenvalues =
      at::cat({at::full({memory}, form.decay, at::kDouble), at::zeros({queries}, at::kDouble)});

  const GatedLinearRnnOptions options{.input_size = d,
                                      .output_size = form.outputs(),
                                      .state_size = memory + queries,
                                      .gate_size = gates};
  Json layer = {{"kind", "gated_linear_rnn"}};
  layer.update(to_json(options));
  return exact_model({{layer,
                       {{"input_gate", input_gate},
                        {"input_map", input_map},
                        {"eigenvalues", eigenvalues},
                        {"output_gate", at::cat({memory_selector(form), zeros(gates, queries)}, 1)},
                        {"output_map", at::cat({zeros(gates, memory), query_selector(form)}, 1)},
                        {"readout", form.readout}}}},
                     dtype);
}

}  // namespace gril

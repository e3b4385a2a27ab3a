#include "gril/constructions/sigmoid_cell.h"

#include <ATen/ATen.h>

#include "gril/layers/linear_layer.h"
#include "gril/layers/recurrent_cell.h"

namespace gril {

double sum_scale(double epsilon) { return epsilon * epsilon * epsilon; }

double query_scale(double epsilon) { return epsilon * epsilon; }

CellGate unbiased_gate(const at::Tensor& map) {
  return {map, at::zeros({map.size(0)}, at::kDouble)};
}

CellGate constant_gate(int64_t units, int64_t inputs, double bias) {
  return {at::zeros({units, inputs}, at::kDouble), at::full({units}, bias, at::kDouble)};
}

CellGate stacked(const CellGate& above, const CellGate& below) {
  return {at::cat({above.map, below.map}), at::cat({above.bias, below.bias})};
}

at::Tensor equal_pairs(const at::Tensor& map) { return map.repeat_interleave(2, 0); }

at::Tensor sign_pairs(const at::Tensor& map) { return at::stack({map, -map}, 1).flatten(0, 1); }

at::Tensor pair_differences(const MemoryQueryForm& form) {
  const at::Tensor memory = sign_pairs(memory_selector(form).t()).t();
  const at::Tensor no_query = at::zeros({form.gates(), form.query_neurons()}, at::kDouble);
  return equal_pairs(at::cat({memory, no_query}, 1));
}

at::Tensor signed_queries(const MemoryQueryForm& form) {
  const at::Tensor no_memory = at::zeros({form.gates(), 2 * form.memory_neurons()}, at::kDouble);
  return sign_pairs(at::cat({no_memory, query_selector(form)}, 1));
}

ExactLayer cell_layer(const char* kind, const std::vector<CellGate>& gates,
                      const at::Tensor& recurrence) {
  std::vector<at::Tensor> maps, biases;
  for (const CellGate& gate : gates) {
    maps.push_back(gate.map);
    biases.push_back(gate.bias);
  }
  const int64_t units = recurrence.size(0);
  const at::Tensor bias = at::cat(biases);
  const at::Tensor recurrent_map = at::zeros({bias.size(0), units}, at::kDouble);
  recurrent_map.narrow(0, bias.size(0) - units, units).copy_(at::diag(recurrence));
  const RecurrentCellOptions options{.input_size = maps.front().size(1), .state_size = units};
  return {layer_json(kind, to_json(options)),
          {{"input_map", at::cat(maps)},
           {"recurrent_map", recurrent_map},
           {"input_bias", bias},
           {"recurrent_bias", at::zeros_like(bias)}}};
}

ExactLayer pair_readout(const at::Tensor& map) {
  const at::Tensor pairs = sign_pairs(map.t()).t();
  const LinearLayerOptions options{
      .input_size = pairs.size(1), .output_size = pairs.size(0), .bias = false};
  return {layer_json("linear", to_json(options)), {{"map", pairs}}};
}

}  // namespace gril

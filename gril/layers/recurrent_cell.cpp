#include "gril/layers/recurrent_cell.h"

#include <ATen/ATen.h>

#include "gril/layers/parameter_initialization.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

RecurrentCell::RecurrentCell(torch::nn::Module& owner, const RecurrentCellOptions& options,
                             int64_t gates, const char* where) {
  check_size(options.input_size, "input_size", where);
  check_size(options.state_size, "state_size", where);
  const int64_t rows = gates * options.state_size;
  input_map_ = owner.register_parameter("input_map", parameter_zeros({rows, options.input_size}));
  recurrent_map_ =
      owner.register_parameter("recurrent_map", parameter_zeros({rows, options.state_size}));
  input_bias_ = owner.register_parameter("input_bias", parameter_zeros({rows}));
  recurrent_bias_ = owner.register_parameter("recurrent_bias", parameter_zeros({rows}));
}

void RecurrentCell::initialize(uint64_t seed) {
  draw_map(input_map_, seed, "input_map");
  draw_map(recurrent_map_, seed, "recurrent_map");
  set_constant(input_bias_, 0.0);
  set_constant(recurrent_bias_, 0.0);
}

void RecurrentCell::set_input_bias(int64_t gate, double value) {
  const int64_t n = recurrent_map_.size(1);
  at::Tensor rows = input_bias_.detach().narrow(0, gate * n, n);
  set_constant(rows, value);
}

std::vector<torch::Tensor> RecurrentCell::tensors() const {
  return {input_map_, recurrent_map_, input_bias_, recurrent_bias_};
}

torch::Tensor RecurrentCell::zero_state(int64_t batch) const {
  return at::zeros({batch, recurrent_map_.size(1)}, recurrent_map_.options().requires_grad(false));
}

double RecurrentCell::map_operations() const {
  return 2.0 * static_cast<double>(input_map_.numel() + recurrent_map_.numel());
}

RecurrentCellOptions read_recurrent_cell_options(ConfigSection& section) {
  RecurrentCellOptions options;
  for (const char* key : {"input_size", "state_size"}) section.need(key);
  options.input_size = section.integer("input_size", options.input_size, 1);
  options.state_size = section.integer("state_size", options.state_size, 1);
  section.finish();
  return options;
}

Json to_json(const RecurrentCellOptions& options) {
  return {{"input_size", options.input_size}, {"state_size", options.state_size}};
}

}  // namespace gril

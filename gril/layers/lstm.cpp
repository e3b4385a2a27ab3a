#include "gril/layers/lstm.h"

#include <ATen/ATen.h>

namespace gril {
namespace {

constexpr const char* kWhere = "lstm";
constexpr int64_t kGates = 4;
constexpr int64_t kForgetGate = 1;

}  // namespace

Lstm::Lstm(const RecurrentCellOptions& options)
    : options_(options), cell_(*this, options, kGates, kWhere) {
  Lstm::initialize(0);
}

void Lstm::initialize(uint64_t seed) {
  cell_.initialize(seed);
  cell_.set_input_bias(kForgetGate, 1.0);
}

double Lstm::operations_per_token() const {
  // Per unit: five activations, three operations for c, one for h.
  return cell_.map_operations() + 9.0 * static_cast<double>(options_.state_size);
}

LayerState Lstm::initial_state(int64_t batch) const {
  return {cell_.zero_state(batch), cell_.zero_state(batch)};
}

SequenceOutput Lstm::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, options_.input_size, cell_.input_map(), kWhere);
  const LayerState zeros = initial_state(input.size(0));
  if (!state.empty()) check_layer_state(state, zeros, kWhere);
  const LayerState& start = state.empty() ? zeros : state;
  const std::vector<at::Tensor> stacked = {start[0].unsqueeze(0), start[1].unsqueeze(0)};
  const auto [output, final_h, final_c] =
      at::lstm(input, stacked, cell_.tensors(), /*has_biases=*/true, /*num_layers=*/1,
               /*dropout=*/0.0, /*train=*/true, /*bidirectional=*/false, /*batch_first=*/true);
  return {output, {final_h.squeeze(0), final_c.squeeze(0)}};
}

}  // namespace gril

#include "gril/layers/gru.h"

#include <ATen/ATen.h>

namespace gril {
namespace {

constexpr const char* kWhere = "gru";
constexpr int64_t kGates = 3;

}  // namespace

Gru::Gru(const RecurrentCellOptions& options)
    : options_(options), cell_(*this, options, kGates, kWhere) {
  Gru::initialize(0);
}

void Gru::initialize(uint64_t seed) { cell_.initialize(seed); }

double Gru::operations_per_token() const {
  // Per unit: three activations, two operations for the reset product, four for h.
  return cell_.map_operations() + 9.0 * static_cast<double>(options_.state_size);
}

LayerState Gru::initial_state(int64_t batch) const { return {cell_.zero_state(batch)}; }

SequenceOutput Gru::forward(const torch::Tensor& input, const LayerState& state) const {
  check_sequence_input(input, options_.input_size, cell_.input_map(), kWhere);
  const LayerState zeros = initial_state(input.size(0));
  if (!state.empty()) check_layer_state(state, zeros, kWhere);
  const at::Tensor& start = state.empty() ? zeros.front() : state.front();
  const auto [output, final_state] =
      at::gru(input, start.unsqueeze(0), cell_.tensors(), /*has_biases=*/true, /*num_layers=*/1,
              /*dropout=*/0.0, /*train=*/true, /*bidirectional=*/false, /*batch_first=*/true);
  return {output, {final_state.squeeze(0)}};
}

}  // namespace gril

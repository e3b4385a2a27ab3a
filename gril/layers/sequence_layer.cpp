#include "gril/layers/sequence_layer.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/base/check.h"
#include "gril/ops/shape_check.h"

namespace gril {

SequenceOutput SequenceLayer::step(const torch::Tensor& input, const LayerState& state) const {
  TORCH_CHECK_VALUE(input.dim() == 2, "[step] input must have shape (B, input_size); got ",
                    shape_text(input.sizes()), ".");
  SequenceOutput result = forward(input.unsqueeze(1), state);
  result.output = result.output.squeeze(1);
  return result;
}

PaddedSequences SequenceLayer::forward_padded(const PaddedSequences& sequences) const {
  return {forward(sequences.tokens, {}).output, sequences.lengths};
}

bool SequenceLayer::causal() const {
  const auto inside = modules(/*include_self=*/false);
  return std::all_of(inside.begin(), inside.end(), [](const auto& module) {
    const auto* layer = dynamic_cast<const SequenceLayer*>(module.get());
    return layer == nullptr || layer->causal();
  });
}

void check_size(int64_t size, const char* name, const char* where) {
  require(size >= 1, where, name, " must be at least 1; got ", size, ".");
}

void check_sequence_input(const torch::Tensor& input, int64_t input_size,
                          const torch::Tensor& parameter, const char* where) {
  TORCH_CHECK_VALUE(input.dim() == 3 && input.size(1) >= 1 && input.size(2) == input_size, "[",
                    where, "] input must have shape (B, T, ", input_size,
                    ") with T at least 1; got ", shape_text(input.sizes()), ".");
  TORCH_CHECK_VALUE(input.scalar_type() == parameter.scalar_type(), "[", where,
                    "] input must have the dtype of the parameters, ",
                    dtype_name(parameter.scalar_type()), "; got ", dtype_name(input.scalar_type()),
                    ".");
}

void check_layer_state(const LayerState& state, const LayerState& expected, const char* where) {
  TORCH_CHECK_VALUE(state.size() == expected.size(), "[", where, "] state must hold ",
                    expected.size(), " tensors; got ", state.size(),
                    ". Pass initial_state(batch) or the state of an earlier call.");
  for (std::size_t i = 0; i < state.size(); ++i) {
    TORCH_CHECK_VALUE(state[i].sizes() == expected[i].sizes() &&
                          state[i].scalar_type() == expected[i].scalar_type(),
                      "[", where, "] state tensor ", i, " must have shape ",
                      shape_text(expected[i].sizes()), " and dtype ",
                      dtype_name(expected[i].scalar_type()), "; got ", shape_text(state[i].sizes()),
                      " and ", dtype_name(state[i].scalar_type()), ".");
  }
}

}  // namespace gril

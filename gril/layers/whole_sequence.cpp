#include "gril/layers/whole_sequence.h"

#include <ATen/ATen.h>

namespace gril {

LayerState whole_sequence_start(int64_t batch, const SequenceLayer& layer) {
  const auto parameters = layer.parameters();
  const at::Device device = parameters.empty() ? at::kCPU : parameters.front().device();
  return {at::zeros({batch}, at::TensorOptions(device).dtype(at::kLong))};
}

LayerState whole_sequence_end(const LayerState& state, const LayerState& start, int64_t length,
                              const char* where) {
  if (!state.empty()) {
    check_layer_state(state, start, where);
    const int64_t seen = state[0].numel() == 0 ? 0 : state[0].max().item<int64_t>();
    TORCH_CHECK_VALUE(seen == 0, "[", where,
                      "] the whole sequence must come at once, because every output depends on "
                      "later tokens; got a state that has seen ",
                      seen, " tokens. Pass the whole sequence and an empty state.");
  }
  return {start.front() + length};
}

void refuse_single_token(const char* where) {
  C10_THROW_ERROR(ValueError,
                  c10::str("[", where,
                           "] the whole sequence must come at once, because every output depends "
                           "on later tokens; got a single token. Use forward."));
}

}  // namespace gril

#include "gril/layers/running_mean.h"

#include <ATen/ATen.h>

#include "gril/layers/floating_input.h"

namespace gril {
namespace {

constexpr const char* kWhere = "running_mean";
constexpr std::size_t kSum = 0;  ///< places in the state
constexpr std::size_t kCount = 1;

void check_count(const at::Tensor& count) {
  if (count.numel() == 0) return;
  const auto lowest = count.min().item<int64_t>();
  TORCH_CHECK_VALUE(lowest >= 0, "[", kWhere, "] the tokens so far must be at least 0; got ",
                    lowest, ".");
}

}  // namespace

RunningMean::RunningMean(const RunningMeanOptions& options) : options_(options) {
  check_size(options.input_size, "input_size", kWhere);
}

double RunningMean::operations_per_token() const {
  return 2.0 * static_cast<double>(options_.input_size);
}

LayerState RunningMean::initial_state(int64_t batch) const {
  return {at::zeros({batch, options_.input_size}, at::kDouble), at::zeros({batch}, at::kLong)};
}

SequenceOutput RunningMean::forward(const torch::Tensor& input, const LayerState& state) const {
  check_floating_input(input, options_.input_size, kWhere);
  const LayerState zeros = initial_state(input.size(0));
  if (!state.empty()) {
    check_layer_state(state, zeros, kWhere);
    check_count(state[kCount]);
  }
  const LayerState& before = state.empty() ? zeros : state;
  const at::Tensor sum = before[kSum].to(input.device());
  const at::Tensor count = before[kCount].to(input.device());
  const int64_t length = input.size(1);
  // torch's cumsum of float32 accumulates in float64 on the CPU and rounds every result once. The
  // sum so far is added before that: where it cancels, its last digits count.
  const at::Tensor sums =
      state.empty()
          ? at::cumsum(input, 1)
          : (at::cumsum(input, 1, at::kDouble) + sum.unsqueeze(1)).to(input.scalar_type());
  const at::Tensor counts = count.unsqueeze(1) + at::arange(1, length + 1, count.options());
  return {sums / counts.to(input.scalar_type()).unsqueeze(2),
          {sum + input.sum(1, /*keepdim=*/false, at::kDouble), count + length}};
}

RunningMeanOptions read_running_mean_options(ConfigSection& section) {
  RunningMeanOptions options;
  section.need("input_size");
  options.input_size = section.integer("input_size", options.input_size, 1);
  section.finish();
  return options;
}

Json to_json(const RunningMeanOptions& options) { return {{"input_size", options.input_size}}; }

}  // namespace gril

#include "tests/generation/counting_language_model.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace gril {

SequenceOutput CountingLanguageModel::forward(const torch::Tensor& input,
                                              const LayerState& state) const {
  const int64_t length = input.size(1);
  longest_piece_ = std::max(longest_piece_, length);
  double h = state.empty() ? 0.0 : state[0].item<double>();
  const torch::Tensor symbols = input.contiguous();
  const torch::Tensor states = at::empty({1, length, 1}, at::kDouble);
  for (int64_t t = 0; t < length; ++t) {
    h = h / 2 + static_cast<double>(symbols.data_ptr<int64_t>()[t]);
    states.data_ptr<double>()[t] = h;
  }
  return {(states + at::arange(symbols_, at::kDouble)).sin(), {at::full({1}, h, at::kDouble)}};
}

LayerState CountingLanguageModel::initial_state(int64_t batch) const {
  return {at::zeros({batch}, at::kDouble)};
}

std::vector<double> counting_outputs(const std::vector<int64_t>& symbols, int64_t vocabulary) {
  double h = 0;
  for (const int64_t symbol : symbols) h = h / 2 + static_cast<double>(symbol);
  std::vector<double> outputs;
  for (int64_t i = 0; i < vocabulary; ++i) outputs.push_back(std::sin(h + static_cast<double>(i)));
  return outputs;
}

}  // namespace gril

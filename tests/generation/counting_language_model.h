#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/layers/sequence_layer.h"

namespace gril {

/// A language model whose outputs can be computed by hand: with h_t = h_{t-1} / 2 + symbol_t the
/// output for symbol i is sin(h_t + i). Remembers the longest piece it was given.
class CountingLanguageModel : public SequenceLayer {
 public:
  explicit CountingLanguageModel(int64_t symbols) : symbols_(symbols) {}

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override { return 1; }
  int64_t output_size() const override { return symbols_; }
  int64_t input_symbols() const override { return symbols_; }
  void initialize(uint64_t /*seed*/) override {}
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  double operations_per_token() const override { return 0; }

  int64_t longest_piece() const { return longest_piece_; }

 private:
  int64_t symbols_;
  mutable int64_t longest_piece_ = 0;
};

/// The outputs of the model after these symbols, by its definition.
std::vector<double> counting_outputs(const std::vector<int64_t>& symbols, int64_t vocabulary);

}  // namespace gril

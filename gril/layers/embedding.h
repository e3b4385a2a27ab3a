#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of an Embedding. Letters: V symbols, D output_size.
struct EmbeddingOptions {
  int64_t symbols = 0;          ///< V, different symbols; required
  int64_t output_size = 0;      ///< D; required
  double initial_scale = 0.02;  ///< standard deviation of the vectors at the start; above 0
};

/// A learned vector for each symbol: the first layer of models whose tokens are symbols.
/// Source: A neural probabilistic language model (Bengio et al. 2003), section 2.
///
///     y_t = E_{x_t},  x_t one of 0 … V - 1
///
/// The vectors start small beside the outputs of the layers that are added to them, as GPT-2's:
/// Adam moves each number about as far per step whatever its size, so small vectors take on what
/// is learned rather than keep what was drawn. A normalization behind them makes up for the size.
///
/// Parameters: table E (V, D).
/// State: none.
class Embedding : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[embedding] …".
  explicit Embedding(const EmbeddingOptions& options);

  /// input  (B, T, 1), int64.
  /// errors  c10::ValueError "[embedding] …" also for numbers and for symbols outside 0 … V - 1.
  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t) const override { return {}; }
  int64_t input_size() const override { return 1; }
  int64_t output_size() const override { return options_.output_size; }
  int64_t input_symbols() const override { return options_.symbols; }
  /// E N(0, initial_scale²).
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  /// None: a row is looked up.
  double operations_per_token() const override { return 0.0; }

  const EmbeddingOptions& options() const { return options_; }

 private:
  EmbeddingOptions options_;
  torch::Tensor table_;
};

/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
EmbeddingOptions read_embedding_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const EmbeddingOptions& options);

}  // namespace gril

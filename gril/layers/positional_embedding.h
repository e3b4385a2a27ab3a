#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a PositionalEmbedding. Letters: D input_size, L maximal_length.
struct PositionalEmbeddingOptions {
  int64_t input_size = 0;      ///< D, also the size of an output; required
  int64_t maximal_length = 0;  ///< L, tokens of the longest sequence; required
};

/// Adds a learned vector to the token at each position.
/// Source: Convolutional sequence to sequence learning (arXiv 1705.03122), section 3.1.
///
///     y_t = x_t + p_t,  t = 1 … L
///
/// Attention without it does not know the order of the earlier tokens: pairs (x, y) in one token
/// need none, an x followed by its y does. Recurrent layers and a windowed cross product see the
/// order themselves.
///
/// Parameters: positions p (L, D).
/// State: the number of tokens so far (B), int64, one number for the whole batch.
class PositionalEmbedding : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[positional_embedding] …".
  explicit PositionalEmbedding(const PositionalEmbeddingOptions& options);

  /// Errors: also c10::ValueError "[positional_embedding] …" for a token beyond maximal_length and
  /// for a state whose numbers differ or lie outside 0 … L.
  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.input_size; }
  /// p N(0, 0.02²).
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  double operations_per_token() const override;

  const PositionalEmbeddingOptions& options() const { return options_; }

 private:
  PositionalEmbeddingOptions options_;
  torch::Tensor positions_;
};

/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
PositionalEmbeddingOptions read_positional_embedding_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const PositionalEmbeddingOptions& options);

}  // namespace gril

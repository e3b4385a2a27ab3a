#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// Settings of a TiedEmbedding beside its body. Letters: V symbols, D size.
struct TiedEmbeddingOptions {
  int64_t symbols = 0;          ///< V, different symbols; required
  int64_t size = 0;             ///< D, of a vector; required
  double initial_scale = 0.02;  ///< standard deviation of the vectors at the start; above 0
};

/// A stack of layers between symbols and scores of symbols, with one table for both, kind
/// "tied_embedding": the frame of a language model.
/// Source: Using the output embedding to improve language models (arXiv 1608.05859).
///
///     y_t = E f(E_{x_1} … E_{x_t})_t + b,  f the stack, called the body; x_t one of 0 … V - 1
///
/// Where the body ends with a normalization, the scores start with a deviation of about
/// initial_scale √D: near to equal chances.
///
/// Configuration, a stack inside a stack:
///     [[model.layers]]
///     kind = "tied_embedding"
///     symbols = 65
///     size = 128
///     [[model.layers.layers]]
///     kind = "deep_gril"     # as in [[model.layers]]; from size to size features
///     ...
/// Parameters: table E (V, D), bias b (V), body.layers.<index>.<name>. State: that of the body.
/// Cost: 2 V D operations per token for the scores; the look-up costs none. The scores of a piece,
/// (B, T, V), are often the largest tensor of a training: 3.4 GB in float32 for 33,278 words and
/// 25,600 tokens.
class TiedEmbedding : public SequenceLayer {
 public:
  /// Of a section whose "kind" has been read. Starts as initialize(0), float32.
  /// Errors: InvalidArgument as in SequenceModel, and "[tied_embedding] …" for a scale that is not
  /// above 0 and for a body that does not take and give `size` numbers.
  explicit TiedEmbedding(ConfigSection& section);

  /// input  (B, T, 1), int64.
  /// errors  c10::ValueError "[tied_embedding] …" also for numbers and for symbols outside
  ///         0 … V - 1.
  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  SequenceOutput step(const torch::Tensor& input, const LayerState& state) const override;
  PaddedSequences forward_padded(const PaddedSequences& sequences) const override;
  LayerState initial_state(int64_t batch) const override { return body_->initial_state(batch); }
  int64_t input_size() const override { return 1; }
  int64_t output_size() const override { return options_.symbols; }
  int64_t input_symbols() const override { return options_.symbols; }
  void set_noise_seed(std::optional<uint64_t> seed) override { body_->set_noise_seed(seed); }
  /// E N(0, initial_scale²), b 0.
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override;
  double operations_per_token() const override;

  const TiedEmbeddingOptions& options() const { return options_; }
  const SequenceModel& body() const { return *body_; }

 private:
  /// The vectors of symbols (B, T, 1).
  torch::Tensor vectors_of(const torch::Tensor& input) const;
  /// The scores that an output of the body means.
  torch::Tensor scores_of(const torch::Tensor& output) const;

  TiedEmbeddingOptions options_;
  torch::Tensor table_, bias_;
  std::shared_ptr<SequenceModel> body_;
};

/// Every option with its value, "layers" included.
Json to_json(const TiedEmbedding& layer);

}  // namespace gril

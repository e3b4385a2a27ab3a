#pragma once

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <span>

#include "gril/generation/sampling.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Lets a language model go on with a text: reads symbols, then draws one after another, each
/// drawn symbol being the next token.
///
/// Symbol i = 0, 1, … is symbol_at(p, u) with p the distribution of sampling.h after everything
/// read and drawn before it, and u the number in [0, 1) that child_seed(seed, "generated symbol",
/// i) gives. The text is a function of model, options, seed and the symbols read.
///
/// memory  the state of the model and the outputs of at most 1024 tokens, however much is read and
///         drawn; softmax_attention.h alone remembers all tokens
/// cost    of reading: forward in pieces; of a drawn symbol: one step
class TextGenerator {
 public:
  /// model  int64 symbols in, one output per symbol; outlives this object and is not changed
  /// Errors: InvalidArgument "[generate] …" for options outside their rules and a model whose
  /// tokens are no symbols, that has another number of outputs, or that reads later tokens.
  TextGenerator(const SequenceLayer& model, const SamplingOptions& options, uint64_t seed);

  /// Most symbols of one forward pass.
  int64_t piece() const { return piece_; }

  /// Reads symbols behind all before. Errors: whatever the model refuses.
  void read(std::span<const int64_t> symbols);

  /// The next symbol. Errors: InvalidArgument "[generate] …" when nothing was read, or an output is
  /// not finite; whatever the model refuses.
  int64_t next();

 private:
  void read_piece(std::span<const int64_t> symbols);
  void read_drawn();

  const SequenceLayer& model_;
  SamplingOptions options_;
  uint64_t seed_;
  int64_t piece_;
  uint64_t drawn_ = 0;             // symbols drawn
  std::optional<int64_t> unread_;  // the last drawn symbol, until the model needs to know it
  LayerState state_;
  torch::Tensor logits_;  // (outputs), float64, after everything read
};

}  // namespace gril

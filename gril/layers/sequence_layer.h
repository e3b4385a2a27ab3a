#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gril {

/// What a layer remembers between tokens: tensors with the batch as first axis. An empty vector
/// stands for initial_state(batch); it is the only state of a layer that treats each token alone.
using LayerState = std::vector<torch::Tensor>;

/// Outputs for a piece of a sequence and the state to carry on with.
struct SequenceOutput {
  torch::Tensor output;
  LayerState state;
};

/// Whole sequences of different lengths, side by side in one tensor.
struct PaddedSequences {
  torch::Tensor tokens;   ///< (B, T, features); what stands behind the end of a sequence is padding
  torch::Tensor lengths;  ///< (B) int64, 1 … T, or (B, P): document_pair.h; undefined: T of each
};

/// The one interface of everything that maps sequences to sequences, one output per token.
/// Law (tested for every layer): the whole sequence at once, the sequence in chunks with the
/// state carried over, and one token at a time give the same outputs, states and gradients.
class SequenceLayer : public torch::nn::Module {
 public:
  /// input (B, T, input_size), T ≥ 1; state from initial_state or an earlier call.
  /// returns output (B, T, output_size) and the state after token T. Does not change the layer.
  /// errors  c10::ValueError when shapes or dtypes do not fit.
  virtual SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const = 0;

  /// One token: input (B, input_size); returns output (B, output_size) and the new state.
  /// Constant time and memory, but for softmax_attention.h, whose state grows. The default runs
  /// forward with T = 1.
  virtual SequenceOutput step(const torch::Tensor& input, const LayerState& state) const;

  /// Whole sequences from the initial state. Outputs at tokens of a sequence, and gradients through
  /// them, do not depend on the padding; outputs at padding mean nothing.
  /// returns the outputs and their lengths. The default is forward, right for every causal layer.
  virtual PaddedSequences forward_padded(const PaddedSequences& sequences) const;

  /// The state before the first token, in the dtype and on the device of the parameters.
  virtual LayerState initial_state(int64_t batch) const = 0;

  /// Whether no output depends on a later token, so that a sequence may come in pieces. Here:
  /// whether that holds for all layers inside this one.
  virtual bool causal() const;

  virtual int64_t input_size() const = 0;
  virtual int64_t output_size() const = 0;

  /// Different symbols that this layer takes, as int64 tokens (B, T, 1); 0: it takes numbers.
  virtual int64_t input_symbols() const { return 0; }

  /// The seed of the noise that a layer draws while it is trained (dropout): equal seeds and inputs
  /// mean equal outputs. nullopt, the start: no noise. A layer without noise ignores it, a stack
  /// gives child seeds to its layers.
  virtual void set_noise_seed(std::optional<uint64_t> /*seed*/) {}

  /// Draws the trainable parameters afresh, from `seed` alone.
  virtual void initialize(uint64_t seed) = 0;

  /// Names (as in named_parameters) of the parameters that shape the recurrence: they get their
  /// own learning rate and no weight decay.
  virtual std::vector<std::string> recurrence_parameters() const = 0;

  /// Arithmetic operations per token of forward, a multiply-add counted as two; an average where
  /// tokens differ.
  virtual double operations_per_token() const = 0;
};

/// For constructors. Errors: InvalidArgument "[where] name must be at least 1; got …".
void check_size(int64_t size, const char* name, const char* where);

/// The checks every layer makes first. Errors: c10::ValueError, "[where] …", unless input is
/// (B, T, input_size) with T ≥ 1 in the dtype of `parameter`.
void check_sequence_input(const torch::Tensor& input, int64_t input_size,
                          const torch::Tensor& parameter, const char* where);

/// Errors: c10::ValueError, "[where] …", unless state has the tensors of `expected`: count, shapes
/// and dtypes.
void check_layer_state(const LayerState& state, const LayerState& expected, const char* where);

}  // namespace gril

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// Two stacks of layers that read the sequence in opposite directions, kind "bidirectional".
/// Source: Bidirectional recurrent neural networks (Schuster and Paliwal 1997).
///
///     y_t = [ f(x_1 … x_T)_t ; b(x_T … x_1)_{T+1-t} ],  f and b the stacks, called the bodies
///
/// Where f takes in x_t before it answers and b is strict, y_t holds each token of the sequence
/// once: a sum over the whole sequence is the sum of the two halves.
///
/// Configuration, two stacks inside a stack:
///     [[model.layers]]
///     kind = "bidirectional"
///     [[model.layers.forward.layers]]
///     kind = "gril"          # as in [[model.layers]]
///     ...
///     [[model.layers.backward.layers]]
///     ...
/// Parameters: forward_body.layers.<index>.<name>, backward_body.layers.<index>.<name>.
///
/// Not causal: y_t depends on later tokens, so the law of sequence_layer.h about pieces and single
/// tokens cannot hold. forward takes whole sequences only, step is refused.
/// State: the tokens seen (B), int64, which tells a sequence that starts from one that goes on.
class Bidirectional : public SequenceLayer {
 public:
  /// Of a section whose "kind" has been read; finishes it. Starts as initialize(0), float32.
  /// Errors: InvalidArgument as in SequenceModel for each body, and "[bidirectional] …" when they
  /// take different tokens.
  explicit Bidirectional(ConfigSection& section);

  /// errors  c10::ValueError "[bidirectional] …" for a state that has seen tokens.
  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  /// errors  c10::ValueError "[bidirectional] …", always.
  SequenceOutput step(const torch::Tensor& input, const LayerState& state) const override;
  /// The backward body reads each sequence from its own end.
  PaddedSequences forward_padded(const PaddedSequences& sequences) const override;
  LayerState initial_state(int64_t batch) const override;
  bool causal() const override { return false; }
  int64_t input_size() const override { return forward_->input_size(); }
  int64_t output_size() const override {
    return forward_->output_size() + backward_->output_size();
  }
  int64_t input_symbols() const override { return forward_->input_symbols(); }
  /// The bodies get child seeds, "forward" and "backward".
  void set_noise_seed(std::optional<uint64_t> seed) override;
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override;
  double operations_per_token() const override;

  const SequenceModel& forward_body() const { return *forward_; }
  const SequenceModel& backward_body() const { return *backward_; }

 private:
  std::shared_ptr<SequenceModel> forward_;
  std::shared_ptr<SequenceModel> backward_;
};

}  // namespace gril

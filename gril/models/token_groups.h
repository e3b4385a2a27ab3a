#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// Settings of a TokenGroups beside its body. Letters: D input_size, p group_size.
struct TokenGroupsOptions {
  int64_t input_size = 0;  ///< D; required
  int64_t group_size = 0;  ///< p, tokens that the body reads as one, at least 2; required
};

/// A stack of layers that reads groups of consecutive tokens as one, kind "token_groups": a p-th of
/// the tokens, each with room for more features.
/// Source: the down- and up-pooling of SaShiMi (arXiv 2202.09729), whose way up is a map to p
/// tokens that shifts outputs by one group; here an output simply stays until the next one.
///
///     z_s = W [x_{(s-1)p+1}; …; x_{sp}],  u_s = f(z_1 … z_s)_s,  f the stack, called the body
///     y_t = u_{⌊t/p⌋},  u_0 = 0          body causal: the last group that is complete
///     y_t = u_{⌈t/p⌉}                    otherwise: the group that x_t is in
///
/// Where the body is not causal the last group may be cut short; zeros stand for what it lacks.
/// y_t has no x_t: where that shall pass, put a residual around this layer.
///
/// Configuration, a stack inside a stack:
///     [[model.layers]]
///     kind = "token_groups"
///     input_size = 64
///     group_size = 4
///     [[model.layers.layers]]
///     kind = "residual"      # as in [[model.layers]]; takes the features that a group shall have
///     ...
/// Parameters: group_map W (E, p D), the first token of a group first, E the features that the body
/// takes; body.layers.<index>.<name>.
/// State: the tokens of the group that is not complete (B, p-1, D), zeros behind them; their number
/// (B), int64, the same for all sequences; u_{⌊t/p⌋} (B, m); the state of the body. Where the body
/// is not causal: the tokens seen (B), and whole sequences only, as in bidirectional.h.
/// Cost per token: 2 D E operations and a p-th of those of the body.
class TokenGroups : public SequenceLayer {
 public:
  /// Of a section whose "kind" has been read. Starts as initialize(0), float32.
  /// Errors: InvalidArgument as in SequenceModel, and "[token_groups] …" when the body takes
  /// symbols and for groups of more than 2^40 numbers.
  explicit TokenGroups(ConfigSection& section);

  /// errors  also c10::ValueError "[token_groups] …" for a state with a number of tokens that is
  ///         not 0 … p-1, or not the same for all sequences; and where the body is not causal, for
  ///         a state that has seen tokens.
  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  /// errors  where the body is not causal c10::ValueError "[token_groups] …", always.
  SequenceOutput step(const torch::Tensor& input, const LayerState& state) const override;
  PaddedSequences forward_padded(const PaddedSequences& sequences) const override;
  LayerState initial_state(int64_t batch) const override;
  bool causal() const override { return body_->causal(); }
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return body_->output_size(); }
  void set_noise_seed(std::optional<uint64_t> seed) override { body_->set_noise_seed(seed); }
  /// W N(0, 1/(p D)).
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override;
  double operations_per_token() const override;

  const TokenGroupsOptions& options() const { return options_; }
  const SequenceModel& body() const { return *body_; }

 private:
  /// z of the groups in tokens (B, n p, D): (B, n, E).
  torch::Tensor groups_of(const torch::Tensor& tokens) const;
  /// Every output p times: (B, n, m) to (B, n p, m).
  torch::Tensor for_each_token(const torch::Tensor& outputs) const;

  TokenGroupsOptions options_;
  torch::Tensor group_map_;
  std::shared_ptr<SequenceModel> body_;
};

/// Every option with its value, "layers" included.
Json to_json(const TokenGroups& layer);

}  // namespace gril

#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace gril {

/// How a matrix state S (H, dv, dk) forgets: the Λ of S_t = Λ ∘ S_{t-1} + G_t.
enum class DecayKind {
  kFixed,        ///< one number for all, a buffer; decay = 1 never forgets
  kPerHead,      ///< trained, λ = exp(-exp(p)) per head
  kElementwise,  ///< trained, λ = exp(-exp(p)) per state element
};

/// The names used in configurations, in the order of the enum: fixed, per_head, elementwise.
const std::vector<std::string>& decay_kind_names();
std::string decay_kind_name(DecayKind kind);
/// Errors: InvalidArgument naming the kinds.
DecayKind decay_kind_from_name(const std::string& name);

/// Where a trained decay starts: λ = exp(-r), the rate r log-uniform in [lowest, highest], so a
/// memory of 1/r tokens. The defaults are those of diagonal state-space models, whose Δ from 1e-3
/// to 1e-1 is 2 r.
struct DecayStart {
  double lowest_rate = 5e-4;
  double highest_rate = 5e-2;
  /// With kPerHead: head h of H draws from the h-th of H equal parts of the logarithm, the first
  /// from the lowest rates, so that a few heads cover the range.
  bool spread_over_heads = false;
};

/// The decay of a layer: a buffer `decay` (H) for kFixed, otherwise a parameter `log_decay_rate` p,
/// (H) or (H, dv, dk), registered in the layer that owns it.
class StateDecay {
 public:
  StateDecay() = default;
  /// state_shape: H, dv, dk. fixed: λ in (0, 1], used with kFixed.
  StateDecay(torch::nn::Module& owner, DecayKind kind, const std::vector<int64_t>& state_shape,
             double fixed);

  /// Λ, (H) or (H, dv, dk), differentiable in p.
  torch::Tensor value() const;

  /// Fixed: writes λ in the precision that the buffer has by now. Trained: draws one rate per row
  /// of the state (per head with kPerHead).
  void initialize(uint64_t seed, const DecayStart& start = {});

  /// {"log_decay_rate"}, or nothing for kFixed.
  std::vector<std::string> parameter_names() const;

 private:
  DecayKind kind_ = DecayKind::kFixed;
  double fixed_value_ = 1.0;
  torch::Tensor fixed_;
  torch::Tensor log_rate_;
};

}  // namespace gril

#include "gril/layers/state_decay.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/layers/double_exponential.h"
#include "gril/layers/parameter_initialization.h"

namespace gril {

const std::vector<std::string>& decay_kind_names() {
  static const std::vector<std::string> names = {"fixed", "per_head", "elementwise"};
  return names;
}

std::string decay_kind_name(DecayKind kind) {
  return decay_kind_names()[static_cast<std::size_t>(kind)];
}

DecayKind decay_kind_from_name(const std::string& name) {
  const auto& names = decay_kind_names();
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), "decay", "must be one of ", join_words(names), "; got \"", name,
          "\".", suggestion(name, names));
  return static_cast<DecayKind>(found - names.begin());
}

StateDecay::StateDecay(torch::nn::Module& owner, DecayKind kind,
                       const std::vector<int64_t>& state_shape, double fixed)
    : kind_(kind), fixed_value_(fixed) {
  if (kind == DecayKind::kFixed) {
    fixed_ = owner.register_buffer("decay", at::full({state_shape.front()}, fixed));
  } else {
    const auto shape =
        kind == DecayKind::kPerHead ? std::vector<int64_t>{state_shape.front()} : state_shape;
    log_rate_ = owner.register_parameter("log_decay_rate", parameter_zeros(shape));
  }
}

torch::Tensor StateDecay::value() const {
  return kind_ == DecayKind::kFixed ? fixed_ : double_exponential(log_rate_);
}

void StateDecay::initialize(uint64_t seed, const DecayStart& start) {
  const c10::AutoGradMode no_grad(false);
  if (kind_ == DecayKind::kFixed) {
    fixed_.fill_(fixed_value_);
    return;
  }
  const bool per_head = kind_ == DecayKind::kPerHead;
  const int64_t heads = log_rate_.size(0);
  at::Tensor log_rate = per_head ? at::empty({heads}, at::kDouble)
                                 : at::empty({heads, log_rate_.size(1), 1}, at::kDouble);
  // Δ = 2 r is drawn, as the literature has it.
  const double lowest = std::log(2.0 * start.lowest_rate);
  const double highest = std::log(2.0 * start.highest_rate);
  if (per_head && start.spread_over_heads) {
    const double part = (highest - lowest) / static_cast<double>(heads);
    draw_uniform(log_rate, lowest, lowest + part, seed, "log_decay_rate");
    log_rate += part * at::arange(heads, at::kDouble);
  } else {
    draw_uniform(log_rate, lowest, highest, seed, "log_decay_rate");
  }
  log_rate_.copy_((log_rate - std::log(2.0)).expand(log_rate_.sizes()));
}

std::vector<std::string> StateDecay::parameter_names() const {
  return kind_ == DecayKind::kFixed ? std::vector<std::string>{}
                                    : std::vector<std::string>{"log_decay_rate"};
}

}  // namespace gril

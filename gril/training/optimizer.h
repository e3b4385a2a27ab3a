#pragma once

#include <torch/optim/adamw.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "gril/training/parameter_groups.h"
#include "gril/training/train_config.h"

namespace gril {

/// AdamW over the groups of a model (Loshchilov & Hutter 2019, as in libtorch):
///
///     m ← β₁ m + (1 - β₁) g,   v ← β₂ v + (1 - β₂) g²
///     p ← p - ρ wd p - ρ (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + 1e-8)
///
/// Peak rates ρ: recurrence_learning_rate without decay for "recurrence", learning_rate with
/// weight_decay for "others".
class GroupOptimizer {
 public:
  /// m and v of every parameter, (P), in the order of ParameterGroups::values().
  struct Moments {
    torch::Tensor first;
    torch::Tensor second;
  };

  GroupOptimizer(const ParameterGroups& groups, const TrainingOptions& options);

  /// One step with every rate multiplied by `factor`. Cost: about ten small operations per group.
  void step(double factor);

  /// What exact resume needs; zeros before the first step. Copies.
  Moments moments() const;
  /// Continues after `steps` steps with these moments; the values of the parameters stay.
  void restore(const Moments& moments, int64_t steps);

 private:
  struct Part {
    std::unique_ptr<torch::optim::AdamW> adamw;
    double peak_rate;
    torch::Tensor values;
    torch::Tensor gradients;
  };
  std::vector<Part> parts_;
};

/// Scales the gradients so that their norm is at most `bound` (0: no bound) and returns the norm
/// they had. A norm that is not finite leaves them as they are.
double clip_gradients(const torch::Tensor& gradients, double bound);

}  // namespace gril

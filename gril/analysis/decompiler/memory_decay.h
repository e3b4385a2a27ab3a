#pragma once

#include <torch/types.h>

#include "gril/base/json.h"

namespace gril {

/// How fast a function forgets: the one eigenvalue γ that describes its memory best. T(age) is the
/// trilinear tensor for tokens of that age, in which every memory neuron has its own λ^age.
///
///     γ = ⟨T(1), T(0)⟩ / ⟨T(0), T(0)⟩        spread = |T(1) − γ T(0)| / |T(0)|
///
/// Both belong to the function, not to the coordinates of the network. Without a T there is no γ to
/// read: 1, and the spread is 0.
struct MemoryDecay {
  double eigenvalue = 1.0;  ///< γ
  double spread = 0.0;
};

/// newest T(0), next T(1), of one shape.
MemoryDecay memory_decay(const torch::Tensor& newest, const torch::Tensor& next);

/// {"eigenvalue", "spread"}
Json to_json(const MemoryDecay& decay);

}  // namespace gril

#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

namespace gril {

/// What a GrilLayer divides its readings by, so that sums over the updates so far become means:
///     none    nothing
///     count   c_t = λ c_{t-1} + 1, the weights of the updates so far (their number when λ = 1)
///     power   c_t = λ c_{t-1} + |k_t|², their squared keys so weighted: the trace of Σ_j λ^{t-j}
///     k_j k_jᵀ,
///             so that this sum divided by c_t has no eigenvalue above 1, whatever the keys
const std::vector<std::string>& normalisation_names();

/// Readings divided by c, and what c has become.
struct DividedReadings {
  torch::Tensor readings;  ///< (B, n, H, dv)
  torch::Tensor divisor;   ///< c after the last update, (B, H)
};

/// readings  S_t q_t at n ≥ 1 updates, (B, n, H, dv); before the update when `strict`
/// weights   what every update adds to c, (B, n, H)
/// decay     λ, (H)
/// divisor   c before the piece, (B, H); undefined: zeros
/// strict    reading t is divided by c_{t-1}
/// returns   the readings divided where c > 0; before the first update c and S are 0, and so is the
///           reading. Gradients of every tensor.
DividedReadings divide_by_running_divisor(const torch::Tensor& readings,
                                          const torch::Tensor& weights, const torch::Tensor& decay,
                                          const torch::Tensor& divisor, bool strict);

}  // namespace gril

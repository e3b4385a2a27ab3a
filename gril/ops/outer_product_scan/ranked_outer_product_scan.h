#pragma once

#include <ATen/core/Tensor.h>

#include <tuple>

/// outer_product_scan for updates of rank R: several value/key pairs go into one state per step.
/// Parts for a differentiable function, without a gradient of their own.
namespace gril {

/// The arguments of both passes. Pair r of head h stands at place r·H + h. Shapes are the caller's
/// duty. Any device, float32 or float64, one dtype.
struct RankedScanArguments {
  at::Tensor values;         ///< (B, T, R·H, V)
  at::Tensor keys;           ///< (B, T, R·H, K)
  at::Tensor queries;        ///< (B, T, H, K)
  at::Tensor decay;          ///< Λ, (H, V, K); R = 1: or λ per head, (H)
  at::Tensor initial_state;  ///< S_0, (B, H, V, K); undefined stands for zeros
  bool strict = false;       ///< reads S_{t-1}
};

struct RankedScanGradients {
  at::Tensor values;  ///< computed when asked for
  at::Tensor keys, queries, decay, initial_state;
};

///     S_t = Λ ∘ S_{t-1} + Σ_r v_{t,r} k_{t,r}ᵀ,   y_t = S_t q_t
///
/// returns  outputs (B, T, H, V) and the last state (B, H, V, K).
/// cost     B·T·H·V·K·(2·R + 3) operations: one state per head, where R·H heads take 5·R.
std::tuple<at::Tensor, at::Tensor> ranked_outer_product_scan(const RankedScanArguments& arguments);

/// The gradients of the arguments from those of the results; final_state may be undefined (zeros).
/// Without values_gradient the sweep for it is left out, where it is one of its own.
RankedScanGradients ranked_outer_product_scan_backward(const RankedScanArguments& arguments,
                                                       const at::Tensor& outputs,
                                                       const at::Tensor& final_state,
                                                       bool values_gradient);

}  // namespace gril

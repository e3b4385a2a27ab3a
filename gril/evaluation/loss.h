#pragma once

#include <ATen/ATen.h>
#include <torch/types.h>

namespace gril {

/// How every loss that gril prints is to be read.
inline constexpr const char* kLossConvention = "half squared error, mean over outputs";

/// ½ mean over batch and outputs of (ŷ - y)². Source: gd-ssm's train_helpers (arXiv 2410.11687v1).
///
/// predictions  ŷ, (B, m)
/// targets      y, (B, m), same dtype
/// returns      a scalar with gradient
/// errors       c10::ValueError "[loss] …" when the shapes differ: broadcasting would hide a
/// mistake
inline torch::Tensor half_squared_error(const torch::Tensor& predictions,
                                        const torch::Tensor& targets) {
  TORCH_CHECK_VALUE(predictions.sizes() == targets.sizes(),
                    "[loss] predictions and targets must have one shape (B, m); got ",
                    predictions.sizes(), " and ", targets.sizes(), ".");
  return at::mse_loss(predictions, targets).mul(0.5);
}

}  // namespace gril

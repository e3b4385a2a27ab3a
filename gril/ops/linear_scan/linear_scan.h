#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

namespace gril {

/// Diagonal linear recurrence: h_t = a_t ⊙ h_{t-1} + x_t, for t = 1 … T.
/// Gradient and derivation: README.md beside this file. Also torch.ops.gril.linear_scan.
///
/// decay          a, (D) constant or (B, T, D) per step; real or complex. |a| ≤ 1 keeps the state
///                bounded; not checked.
/// input          x, (B, T, D), dtype and device of decay. B, T and D may be 0.
/// initial_state  h_0, (B, D); zeros when absent.
/// reverse        runs from t = T to 1: h_t = a_t ⊙ h_{t+1} + x_t, with h_{T+1} = initial_state.
/// returns        h, (B, T, D); h[:, T-1] (reverse: h[:, 0]) is the state to carry on.
/// errors         c10::ValueError, "[linear_scan] …", when shapes, dtypes or devices do not fit.
/// cost           B·T·D multiply-adds; reads 2, writes 1 tensor (constant decay: reads 1).
///                Gradients of every tensor argument, of any order.
at::Tensor linear_scan(const at::Tensor& decay, const at::Tensor& input,
                       const c10::optional<at::Tensor>& initial_state = c10::nullopt,
                       bool reverse = false);

}  // namespace gril

#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

#include <tuple>

namespace gril {

/// Matrix-state recurrence: S_t = Λ_t ∘ S_{t-1} + v_t k_tᵀ, y_t = S_t q_t (strict: y_t = S_{t-1}
/// q_t), for t = 1 … T and each head. Derivation, chunked form and gradient: README.md beside this
/// file. Also torch.ops.gril.outer_product_scan.
///
/// values         v, (B, T, H, V), float32 or float64.
/// keys, queries  k, q, (B, T, H, K), dtype and device of values.
/// decay          Λ: (H) one number per head; (H, V, K) one per state element; (B, T, H) or
///                (B, T, H, 1) one per head and step. A shape that fits both (H, V, K) and
///                (B, T, H) is read as (H, V, K). |Λ| ≤ 1 keeps the state bounded; not checked.
/// initial_state  S_0, (B, H, V, K); zeros when absent.
/// strict         reads the state before the update.
/// reverse        runs from t = T to 1.
/// returns        outputs y, (B, T, H, V), and final_state S_T (reverse: S_1), (B, H, V, K).
/// errors         c10::ValueError, "[outer_product_scan] …", when shapes, dtypes or devices do not
///                fit; nothing is cast or broadcast.
/// cost           5·B·T·H·V·K operations; memory O(B·T·H·(V + K)): no state per time step is kept.
///                First-order gradients of every tensor argument, also through final_state.
std::tuple<at::Tensor, at::Tensor> outer_product_scan(
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const c10::optional<at::Tensor>& initial_state = c10::nullopt,
    bool strict = false, bool reverse = false);

/// The gradients of values, keys, queries, decay and initial_state, each in the shape of its
/// argument, as autograd calls it. Also torch.ops.gril.outer_product_scan_backward.
///
/// outputs_gradient      gradient of outputs, (B, T, H, V).
/// final_state_gradient  gradient of final_state, (B, H, V, K); zeros when absent.
/// the other arguments   as in outer_product_scan.
/// errors                as in outer_product_scan; differentiating the result again throws
///                       c10::NotImplementedError.
std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor> outer_product_scan_backward(
    const at::Tensor& outputs_gradient, const c10::optional<at::Tensor>& final_state_gradient,
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const c10::optional<at::Tensor>& initial_state, bool strict,
    bool reverse);

}  // namespace gril

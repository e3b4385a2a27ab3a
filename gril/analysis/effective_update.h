#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/analysis/layer_maps.h"
#include "gril/tasks/in_context/linear_regression.h"

namespace gril {

/// What a GrilLayer computes, free of the symmetries of its weights (scales moved between M, C and
/// Dq; a change of basis inside a head; the order of heads). An update made n updates ago adds to
/// output o
///     Σ T_n[i,j,l,o,a,b,c] · u'_{-i,a} u'_{-j,b} · u_{-l,c},
///     T_n[i,j,l,o,a,b,c] = M[i,j] Σ_{h,v,k} C[o,h,v] λ[h,v,k]ⁿ WV_i[h,v,a] WK_j[h,k,b]
///     WQ_l[h,k,c],
/// with u' the window of the update and u the window of the reading (WQ includes Dq). Since
/// u'_{-i,a} and u'_{-j,b} commute, T is averaged with its transpose (i,a) ↔ (j,b); entries that
/// the task's prompts never excite (padding, features that are never non-zero together) are set to
/// 0. Equal tensors mean equal outputs; where windows overlap, unequal ones may still agree.

/// The elements of T_n, and the most that update_tensor holds.
int64_t update_elements(const LayerMaps& maps);
inline constexpr int64_t kMostUpdateElements = 40'000'000;

/// T_n before averaging, (w, w, w, m, D, D, D). Errors: InvalidArgument "[effective_update] …" when
/// it would have more than kMostUpdateElements. Cost: that many elements times the size of the
/// state.
torch::Tensor update_tensor(const LayerMaps& maps, int64_t updates_ago);

/// Which entries of T the prompts of a task can excite, as ones and zeros in the shape of T without
/// its output axis: (w, w, w, D, D, D). window, stride: those of the layer.
torch::Tensor excited_entries(const LinearRegression& task, int64_t window, int64_t stride);

/// T averaged with its transpose and masked.
torch::Tensor canonical_update(const torch::Tensor& tensor, const torch::Tensor& excited);

}  // namespace gril

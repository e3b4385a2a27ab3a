#pragma once

#include <torch/types.h>

#include "gril/layers/update_schedule.h"

namespace gril {

/// What a windowed cross product with tied maps is made of. Letters as in gril_layer.h; the streams
/// are whole, with the w-1 tokens before the piece: (B, w-1+T, …).
struct TiedScanArguments {
  torch::Tensor values;          ///< W_V u, (B, w-1+T, H·dv); undefined: v = 1, dv = 1, R = 1
  torch::Tensor keys;            ///< W_K u, (B, w-1+T, H·dk)
  torch::Tensor queries;         ///< W_Q u, (B, w-1+T, H·dk)
  torch::Tensor offset_weights;  ///< M, (R, w); R = w with values
  torch::Tensor query_offsets;   ///< Dq, (w)
  torch::Tensor decay;           ///< Λ, (H, dv, dk); R = 1: or (H)
  torch::Tensor state;           ///< S before the piece, (B, H, dv, dk); undefined: zeros
  int64_t heads = 1;
  bool strict = false;
};

/// The results of a layer's scan at its n updates.
struct WindowedScan {
  torch::Tensor readings;   ///< S_t q_t, (B, n, H, dv)
  torch::Tensor state;      ///< the last S, (B, H, dv, dk)
  torch::Tensor queries;    ///< q_t, (B, n, H, dk)
  torch::Tensor keys = {};  ///< k_t, (B, n, H, dk); of untied maps, which have one rank
};

/// The tied windowed cross product, its scan and its reading at the updates of a schedule with
/// n ≥ 1, as one node of the autograd graph:
///
///     S_t = Λ ∘ S_{t-1} + Σ_i v_{t-i} (Σ_j M[i,j] k_{t-j})ᵀ,   q_t = Σ_j Dq[j] q'_{t-j}
///
/// One rank per value offset: the mixed keys are what makes w² terms w. Shapes are the caller's
/// duty. Gradients of first order of all tensors; values that need none cost none.
/// cost  B·n·H·dk·(2·w·(R + 1) + dv·(2·R + 3)) operations.
/// errors  c10::NotImplementedError "[gril] gradients are of first order only; …".
WindowedScan tied_scan(const TiedScanArguments& arguments, const UpdateSchedule& schedule);

}  // namespace gril

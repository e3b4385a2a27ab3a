#pragma once

#include <torch/types.h>

#include "gril/layers/gril_layer.h"

namespace gril {

/// The weights of a GrilLayer in one form for every variant (identity, tied, untied), in float64:
///     y_t = Σ_h C_h S_h q_h,   v = Σ_i values[i] u_{t-i}, …, S += Σ_{i,j} M[i,j] v_i k_jᵀ.
/// H heads, dv and dk per head, D token features, w window, m outputs.
struct LayerMaps {
  torch::Tensor values;          ///< (w, H, dv, D)
  torch::Tensor keys;            ///< (w, H, dk, D)
  torch::Tensor queries;         ///< (w, H, dk, D), the query offset weights included
  torch::Tensor offset_weights;  ///< M, (w, w); ones where the layer is untied
  torch::Tensor query_offsets;   ///< Dq, (w); ones where the layer is untied
  torch::Tensor readout;         ///< C, (m, H, dv)
  torch::Tensor decay;           ///< λ, (H, dv, dk)
};

/// Errors: InvalidArgument "[layer_maps] …" for a layer without cross product or multiplicative
/// readout, or with a normalisation: its update is not of this form.
LayerMaps layer_maps(const GrilLayer& layer);

/// λ of every state element, (H, dv, dk), in float64, however the layer stores it.
torch::Tensor layer_decay(const GrilLayer& layer);

}  // namespace gril

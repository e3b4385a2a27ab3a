#pragma once

#include <cstddef>
#include <vector>

#include "gril/stream/window_map.h"

namespace gril::stream {

/// Sizes of one GRIL layer; letters as in gril/layers/gril_layer.h.
struct GrilStepShape {
  std::size_t input_size = 0;   ///< D
  std::size_t output_size = 0;  ///< m
  std::size_t window = 1;       ///< w
  std::size_t stride = 1;
  std::size_t heads = 1;       ///< H
  std::size_t value_size = 1;  ///< dv
  std::size_t key_size = 1;    ///< dk
  bool strict = false;         ///< read the state before the update
};

/// The weights of one GRIL layer in the form one step needs. With z the window of the last w
/// tokens, newest first, the layer's offset weights and maps become
///
///     S_t = Λ ∘ S_{t-1} + Σ_r (V_r z)(K_r z)ᵀ per head,   q = Q z,   y = C [S q] + W0 [q]
///
/// with at most w terms r, one in every construction.
struct GrilStepWeights {
  /// One term of the update. A value map without rows stands for v = 1.
  struct Term {
    WindowMap value;  ///< V_r, (H·dv, w·D)
    WindowMap key;    ///< K_r, (H·dk, w·D)
  };

  GrilStepShape shape;
  std::vector<Term> terms;
  WindowMap query;            ///< Q, (H·dk, w·D)
  std::vector<double> decay;  ///< Λ, (H, dk, dv): keys are rows, so the inner loop runs over values
  WindowMap readout;          ///< C, (m, H·dv)
  WindowMap initial_weights;  ///< W0, (m, H·dk); no rows when absent
};

/// Numbers of a layer's state: the last w-1 tokens, S (H, dk, dv), the held output (m) and the
/// phase within the stride.
std::size_t state_size(const GrilStepShape& shape);
/// Numbers a step needs to work in.
std::size_t scratch_size(const GrilStepShape& shape);

/// One token through one layer: reads `token` (D), changes `state`, writes `output` (m). Neither
/// allocates nor throws. Cost: the kept columns of the maps, and H·dv·dk per term and for the read.
void gril_step(const GrilStepWeights& weights, const double* token, double* state, double* scratch,
               double* output);

}  // namespace gril::stream

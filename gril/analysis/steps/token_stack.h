#pragma once

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gril/models/sequence_model.h"

namespace gril {

/// A stack of GRIL layers with the stream between them multiplied out. What a layer takes as value,
/// key or query is a linear map of sources: source 0 is the token with a 1 behind it, u' (D + 1),
/// and source j the reading S_t q_t of layer j, all heads (H·dv). So
///
///     v = Σ_i values[i] s_i,   k = Σ_i keys[i] s_i,   q = Σ_i queries[i] s_i,
///     S_t = Λ ∘ S_{t-1} + v_t k_tᵀ,   s_j = S_t q_t   (strict: S_{t-1} q_t),
///     y = Σ_i outputs[i] s_i.
///
/// The maps do not depend on the basis of the stream between the layers.
struct TokenStackLayer {
  std::vector<torch::Tensor> values;   ///< of sources 0 … j-1, each (H, dv, size)
  std::vector<torch::Tensor> keys;     ///< each (H, dk, size)
  std::vector<torch::Tensor> queries;  ///< each (H, dk, size)
  torch::Tensor decay;                 ///< Λ, (H, dv, dk)
  bool strict = false;
};

struct TokenStack {
  std::vector<TokenStackLayer> layers;  ///< GRIL layers, first to last
  std::vector<torch::Tensor> outputs;   ///< of sources 0 … K, each (m, size)
};

/// Why a model is no such stack, or nothing where it is: linear, residual and append layers and at
/// least one gril layer, whose windows are one token and whose updates are cross products.
std::optional<std::string> token_stack_obstacle(const SequenceModel& model);

/// The stack of a model without obstacle, in float64, detached. Cost: matrix products of the size
/// of the stream.
TokenStack token_stack(const SequenceModel& model);

/// u', tokens (B, T, D) with a 1 behind them.
torch::Tensor with_constant(const torch::Tensor& tokens);

}  // namespace gril

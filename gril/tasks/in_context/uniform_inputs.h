#pragma once

#include <ATen/core/Generator.h>
#include <torch/types.h>

#include <cstdint>

namespace gril {

/// Law of the inputs of in-context regression.
///
///     u_1 … u_d  independent, uniform in [-r/2, r/2)
///     x_1 = u_1,    x_j = ρ x_{j-1} + √(1 - ρ²) u_j
///
/// Coordinates are an autoregression of first order over their number: mean 0 and covariance
/// r²/12 · ρ^|i-j|. With ρ = 0, x = u.
struct InputLaw {
  int64_t inputs = 1;              ///< d
  double input_range = 1.0;        ///< r, above 0
  double input_correlation = 0.0;  ///< ρ, above -1 and below 1
};

/// x for `rows` vectors of every prompt, (batch, rows, d), float32, drawn from `generator`.
torch::Tensor uniform_inputs(const InputLaw& law, const at::Generator& generator, int64_t batch,
                             int64_t rows);

}  // namespace gril

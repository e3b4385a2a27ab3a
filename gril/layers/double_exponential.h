#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string_view>

/// The double exponential λ = exp(-exp(ν)): every real log rate ν gives a decay λ in (0, 1), and
/// equal steps of ν are equal factors of the rate -log λ = exp(ν) at which a state is forgotten.
/// Source: Resurrecting recurrent neural networks for long sequences (arXiv 2303.06349), the LRU.
namespace gril {

/// λ in the shape of `log_rate`. Gradients of any order.
torch::Tensor double_exponential(const torch::Tensor& log_rate);

/// Fills `log_rate` so that λ² is Uniform(lowest, highest), 0 ≤ lowest < highest ≤ 1: for λ the
/// radius of a complex eigenvalue, uniform on the ring between the radii √lowest and √highest.
/// Drawn in float64 from child_seed(seed, name), then rounded to the dtype of `log_rate`.
void draw_uniform_on_ring(torch::Tensor& log_rate, double lowest, double highest, uint64_t seed,
                          std::string_view name);

}  // namespace gril

#pragma once

#include <torch/types.h>

#include <cstdint>

namespace gril {

/// The factors of dropout.h: number i of the result is 0 with probability 1 - kept, otherwise
/// 1 / kept, decided by the seed and i alone:
///
///     z_i = mix(seed + (i + 1) γ)  with γ and mix those of SplitMix64 (Steele, Lea, Flood, OOPSLA
///     2014); number i stays where the upper 53 bits of z_i are below kept · 2⁵³
///
/// sizes    of the result
/// kept     in (0, 1]
/// options  dtype (floating) and device of the result; the same numbers stay on every device
/// Cost: on the CPU one pass, about a nanosecond a number; elsewhere a dozen passes over int64.
torch::Tensor dropout_factors(torch::IntArrayRef sizes, uint64_t seed, double kept,
                              const torch::TensorOptions& options);

/// The same out of torch operations, on any device: what dropout_factors does off the CPU.
torch::Tensor dropout_factors_composed(torch::IntArrayRef sizes, uint64_t seed, double kept,
                                       const torch::TensorOptions& options);

}  // namespace gril

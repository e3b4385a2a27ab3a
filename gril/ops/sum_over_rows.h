#pragma once

#include <ATen/core/Tensor.h>

namespace gril {

/// Σ_n of a contiguous (N, D) in float32 or float64 on the CPU, added up in float64 and always in
/// the order of n: for the partial sums of threads, whose number must not change the bits.
at::Tensor sum_over_rows(const at::Tensor& terms);

}  // namespace gril

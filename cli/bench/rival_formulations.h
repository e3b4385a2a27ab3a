#pragma once

#include <ATen/core/Tensor.h>

/// The same recurrences written with torch operations only: what a user without gril would write.
/// All are differentiable by torch. Sequences are time-major where the name says so, because that
/// is the faster layout for a loop.
namespace gril::bench {

/// One addcmul per step. decay and input (T, B, D). Without gradients it writes in place.
at::Tensor looped_linear_scan_time_major(const at::Tensor& decay, const at::Tensor& input);

/// The work-efficient tree: combine neighbours, scan the half, fill in. decay and input (T, B, D).
at::Tensor odd_even_linear_scan_time_major(const at::Tensor& decay, const at::Tensor& input);

/// Chunked matrix products for scalar decay (H), with one state per chunk. Arguments and result as
/// in outer_product_scan; T must be a multiple of `chunk`.
at::Tensor chunked_outer_product_scan(const at::Tensor& values, const at::Tensor& keys,
                                      const at::Tensor& queries, const at::Tensor& decay,
                                      int64_t chunk);

/// One state update per step, then all reads, decay (H, V, K).
at::Tensor looped_outer_product_scan(const at::Tensor& values, const at::Tensor& keys,
                                     const at::Tensor& queries, const at::Tensor& decay);

}  // namespace gril::bench

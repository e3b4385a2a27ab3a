#pragma once

#include <ATen/core/Tensor.h>

namespace gril::bench {

/// The yardstick for operators that move memory: c = a + ½ b over whole tensors, read two and write
/// one, on torch's threads, each thread one contiguous part.
/// around_caches   writes without reading the line first; faster for tensors larger than the
/// caches; for machines with writes_around_caches(). Tensors are float32, contiguous, of one size
/// that is a multiple of 16, aligned to 64 bytes.
void triad(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool around_caches);

}  // namespace gril::bench

#pragma once

#include <cstdint>

namespace gril::bench {

/// Whether triad can write without reading the line first; needs Highway.
bool writes_around_caches();

/// c = a + ½ b over `size` numbers, a multiple of 16, in memory aligned to 64 bytes.
void triad(const float* a, const float* b, float* c, int64_t size, bool around_caches);

}  // namespace gril::bench

#include "gril/ops/memory_reuse.h"

#include <malloc.h>

#include <limits>

namespace gril {

bool keep_freed_memory() {
  constexpr int kLargest = std::numeric_limits<int>::max();
  // The largest int would still give back what is free beyond 2 GB.
  constexpr int kNever = -1;
  return mallopt(M_MMAP_THRESHOLD, kLargest) == 1 && mallopt(M_TRIM_THRESHOLD, kNever) == 1;
}

}  // namespace gril

#include "gril/ops/memory_reuse.h"

#include <malloc.h>

#include <limits>

namespace gril {

bool keep_freed_memory() {
  constexpr int kNever = std::numeric_limits<int>::max();
  return mallopt(M_MMAP_THRESHOLD, kNever) == 1 && mallopt(M_TRIM_THRESHOLD, kNever) == 1;
}

}  // namespace gril

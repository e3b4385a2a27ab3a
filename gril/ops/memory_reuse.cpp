#include "gril/ops/memory_reuse.h"

#include <malloc.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

namespace gril {
namespace {

/// Fills this thread's cache of small blocks, seven of each size. An aligned allocation cuts a few
/// bytes off its end; put into that cache they would part the large block, once freed, from the
/// free memory behind it, and the next tensor of the same size would no longer fit.
void fill_small_block_cache() {
  constexpr std::size_t kBlocks = 8, kLargest = 256, kStep = 16;
  std::vector<std::unique_ptr<char[]>> blocks;
  blocks.reserve(kBlocks * kLargest / kStep);
  for (std::size_t size = kStep / 2; size < kLargest; size += kStep) {
    for (std::size_t i = 0; i < kBlocks; ++i) blocks.push_back(std::make_unique<char[]>(size));
  }
}

}  // namespace

bool keep_freed_memory() {
  constexpr int kLargest = std::numeric_limits<int>::max();
  // The largest int would still give back what is free beyond 2 GB.
  constexpr int kNever = -1;
  fill_small_block_cache();
  return mallopt(M_MMAP_THRESHOLD, kLargest) == 1 && mallopt(M_TRIM_THRESHOLD, kNever) == 1;
}

}  // namespace gril

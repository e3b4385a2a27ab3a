#include "gril/ops/cpu_parallel.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace gril {
namespace {

/// Starting a second thread costs about 5 µs, in which one thread does this many multiply-adds.
constexpr int64_t kSerialOperations = 32768;

/// More ranges than this per thread no longer even out the load.
constexpr int64_t kBlocksPerThread = 4;

}  // namespace

int64_t blocks_per_batch(int64_t batch, int64_t channels, int64_t narrowest, int threads) {
  const int64_t most = std::max<int64_t>(1, channels / narrowest);
  int64_t blocks = 1;
  while (blocks < most && (batch * blocks) % threads != 0 &&
         batch * blocks < kBlocksPerThread * threads)
    ++blocks;
  return blocks;
}

void for_each_channel_block(int64_t batch, int64_t channels, int64_t narrowest,
                            int64_t operations_per_channel,
                            const std::function<void(const ChannelBlock&)>& work) {
  if (batch == 0 || channels == 0) return;
  const bool serial = batch * channels * operations_per_channel < kSerialOperations;
  const int64_t blocks =
      blocks_per_batch(batch, channels, narrowest, serial ? 1 : at::get_num_threads());
  const int64_t units = (channels + narrowest - 1) / narrowest;
  const auto start = [&](int64_t block) {
    return std::min(channels, units * block / blocks * narrowest);
  };
  const auto run = [&](int64_t begin, int64_t end) {
    for (int64_t index = begin; index < end; ++index) {
      const int64_t first = start(index % blocks);
      work({index / blocks, first, start(index % blocks + 1) - first});
    }
  };
  if (serial) return run(0, batch * blocks);
  at::parallel_for(0, batch * blocks, 1, run);
}

void for_each_piece(int64_t pieces, int64_t operations_per_piece,
                    const std::function<void(int64_t, int64_t)>& work) {
  const int64_t least = kSerialOperations / std::max<int64_t>(1, operations_per_piece);
  at::parallel_for(0, pieces, std::max<int64_t>(1, least), work);
}

}  // namespace gril

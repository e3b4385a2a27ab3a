#include "cli/bench/memory_stream.h"

#include "cli/bench/memory_stream_cpu_kernel.h"
#include "gril/ops/cpu_parallel.h"

namespace gril::bench {

void triad(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool around_caches) {
  // One batch entry, cut into as many contiguous ranges as there are threads; 16 numbers are a
  // line.
  for_each_channel_block(1, c.numel(), 16, 1, [&](const ChannelBlock& part) {
    triad(a.data_ptr<float>() + part.first_channel, b.data_ptr<float>() + part.first_channel,
          c.data_ptr<float>() + part.first_channel, part.channels, around_caches);
  });
}

}  // namespace gril::bench

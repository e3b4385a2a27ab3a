#pragma once

#include <cstdint>
#include <functional>

namespace gril {

/// One batch entry and a range of its channels: what one thread works on at a time.
struct ChannelBlock {
  int64_t batch;
  int64_t first_channel;
  int64_t channels;
};

/// Into how many ranges the channels of one batch entry are cut so that `threads` threads get equal
/// shares. No range is narrower than `narrowest` unless there are fewer channels.
int64_t blocks_per_batch(int64_t batch, int64_t channels, int64_t narrowest, int threads);

/// Calls `work` for blocks that cover (batch × channels) once, on torch's threads. Work below
/// `serial_operations` multiply-adds in all stays on the calling thread, where it is faster.
/// Channels do not depend on each other, so the result has the same bits for any thread count.
void for_each_channel_block(int64_t batch, int64_t channels, int64_t narrowest,
                            int64_t operations_per_channel,
                            const std::function<void(const ChannelBlock&)>& work);

/// Calls `work(begin, end)` for ranges that cover `pieces` independent pieces once, on torch's
/// threads; a thread gets no range of little work. Which pieces share a range depends on the number
/// of threads, so the result of a piece must not depend on its range.
void for_each_piece(int64_t pieces, int64_t operations_per_piece,
                    const std::function<void(int64_t, int64_t)>& work);

}  // namespace gril

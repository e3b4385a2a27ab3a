#include "gril/training/batch_queue.h"

#include <utility>

namespace gril {
namespace {

// Waking a thread costs as much as drawing a small batch, so the drawer sleeps until half of the
// queue is free and then fills it up.
constexpr std::size_t kQueueLength = 32;

}  // namespace

Batch BatchStream::at(int64_t index) const {
  return task->training_batch(index, batch_size, seed, dtype);
}

BatchQueue::BatchQueue(const BatchStream& stream, int64_t first, int64_t last)
    : stream_(stream), thread_([this, first, last] { draw(first, last); }) {}

BatchQueue::~BatchQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  taken_.notify_one();
  thread_.join();
}

Batch BatchQueue::next() {
  std::unique_lock lock(mutex_);
  drawn_.wait(lock, [this] { return !ready_.empty() || failure_; });
  if (ready_.empty()) std::rethrow_exception(failure_);
  Batch batch = std::move(ready_.front());
  ready_.pop_front();
  const bool half_free = ready_.size() == kQueueLength / 2;
  lock.unlock();
  if (half_free) taken_.notify_one();
  return batch;
}

void BatchQueue::draw(int64_t first, int64_t last) {
  try {
    for (int64_t index = first; index < last; ++index) {
      Batch batch = stream_.at(index);
      std::unique_lock lock(mutex_);
      if (ready_.size() >= kQueueLength) {
        taken_.wait(lock, [this] { return stopping_ || ready_.size() <= kQueueLength / 2; });
      }
      if (stopping_) return;
      ready_.push_back(std::move(batch));
      const bool was_empty = ready_.size() == 1;
      lock.unlock();
      if (was_empty) drawn_.notify_one();
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    drawn_.notify_one();
  }
}

}  // namespace gril

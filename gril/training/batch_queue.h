#pragma once

#include <torch/types.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "gril/tasks/task.h"

namespace gril {

/// Which batches a training sees: batch `index` is task.training_batch(index, batch_size, seed,
/// dtype), whoever draws it and when. Optimizer step s takes the batches s·K … s·K + K-1,
/// K = TrainingOptions::accumulate.
struct BatchStream {
  const Task* task = nullptr;
  uint64_t seed = 0;
  int64_t batch_size = 64;
  torch::Dtype dtype = torch::kFloat;

  Batch at(int64_t index) const;
};

/// The batches first, first + 1, … last - 1 of a stream, drawn ahead on a thread of its own while
/// the caller computes. The bits are those of BatchStream::at.
class BatchQueue {
 public:
  BatchQueue(const BatchStream& stream, int64_t first, int64_t last);
  ~BatchQueue();
  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;

  /// The next batch; waits for it. Throws what drawing it threw. At most last - first calls.
  Batch next();

 private:
  void draw(int64_t first, int64_t last);

  BatchStream stream_;
  std::mutex mutex_;
  std::condition_variable drawn_;
  std::condition_variable taken_;
  std::deque<Batch> ready_;
  std::exception_ptr failure_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace gril

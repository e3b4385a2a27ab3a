#include "gril/tasks/sequence_classification/training_order.h"

#include <algorithm>

#include "gril/base/random_order.h"
#include "gril/base/seed.h"

namespace gril {
namespace {

constexpr int64_t kBatchesOfAWindow = 64;

}  // namespace

std::vector<int64_t> training_items(const std::vector<int64_t>& lengths, int64_t batch,
                                    int64_t step, uint64_t seed) {
  const auto count = static_cast<int64_t>(lengths.size());
  const int64_t batches = count / batch;
  const uint64_t epoch_seed = child_seed(seed, "epoch", static_cast<uint64_t>(step / batches));
  std::vector<int64_t> order = random_order(count, epoch_seed);
  int64_t place = step % batches;
  const auto [least, most] = std::minmax_element(lengths.begin(), lengths.end());
  if (*least < *most) {
    const int64_t first = place / kBatchesOfAWindow * kBatchesOfAWindow;
    const int64_t of_window = std::min(kBatchesOfAWindow, batches - first);
    const auto shorter = [&lengths](int64_t a, int64_t b) {
      return lengths[static_cast<std::size_t>(a)] < lengths[static_cast<std::size_t>(b)];
    };
    std::stable_sort(order.begin() + first * batch, order.begin() + (first + of_window) * batch,
                     shorter);
    const uint64_t window_seed = child_seed(epoch_seed, "window", static_cast<uint64_t>(first));
    const std::vector<int64_t> turn = random_order(of_window, window_seed);
    place = first + turn[static_cast<std::size_t>(place - first)];
  }
  return {order.begin() + place * batch, order.begin() + (place + 1) * batch};
}

}  // namespace gril

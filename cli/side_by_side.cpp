#include "cli/side_by_side.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace gril::cli {

bool side_by_side(std::size_t jobs, std::size_t count,
                  const std::function<bool(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> going = true;
  std::vector<std::exception_ptr> failures(count);
  const auto take_turns = [&] {
    while (going) {
      const std::size_t index = next++;
      if (index >= count) return;
      try {
        if (!work(index)) going = false;
      } catch (...) {
        failures[index] = std::current_exception();
        going = false;
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t job = 1; job < std::min(jobs, count); ++job) threads.emplace_back(take_turns);
  take_turns();
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  return going;
}

}  // namespace gril::cli

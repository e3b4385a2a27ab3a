#include "tests/support/counted_memory.h"

#include <c10/core/CPUAllocator.h>
#include <torch/version.h>

#include <atomic>

namespace gril::testing {
namespace {

constexpr uint8_t kHighestPriority = 255;

}  // namespace

/// torch's own allocator with a counter. libtorch 2 dropped the const of `allocate`.
class CountedMemory::CountingAllocator final : public c10::Allocator {
 public:
  explicit CountingAllocator(c10::Allocator* source) : source_(source) {}

  int64_t bytes() const { return bytes_; }

#if TORCH_VERSION_MAJOR >= 2
  c10::DataPtr allocate(size_t bytes) override { return counted(bytes); }
  void copy_data(void* target, const void* origin, size_t bytes) const override {
    default_copy_data(target, origin, bytes);
  }
#else
  c10::DataPtr allocate(size_t bytes) const override { return counted(bytes); }
#endif

 private:
  c10::DataPtr counted(size_t bytes) const {
    bytes_ += static_cast<int64_t>(bytes);
    return source_->allocate(bytes);
  }

  c10::Allocator* source_;
  mutable std::atomic<int64_t> bytes_ = 0;
};

CountedMemory::CountedMemory()
    : usual_(c10::GetCPUAllocator()), counting_(std::make_unique<CountingAllocator>(usual_)) {
  c10::SetCPUAllocator(counting_.get(), kHighestPriority);
}

CountedMemory::~CountedMemory() { c10::SetCPUAllocator(usual_, kHighestPriority); }

int64_t CountedMemory::bytes() const { return counting_->bytes(); }

}  // namespace gril::testing

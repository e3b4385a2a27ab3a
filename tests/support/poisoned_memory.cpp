#include "tests/support/poisoned_memory.h"

#include <c10/core/CPUAllocator.h>
#include <torch/version.h>

#include <cstring>

namespace gril::testing {
namespace {

constexpr uint8_t kHighestPriority = 255;

c10::DataPtr poisoned(c10::DataPtr memory, size_t bytes) {
  if (bytes > 0) std::memset(memory.get(), 0xFF, bytes);
  return memory;
}

/// torch's own allocator, with every byte set. libtorch 2 dropped the const of `allocate`.
class PoisoningAllocator final : public c10::Allocator {
 public:
  explicit PoisoningAllocator(c10::Allocator* source) : source_(source) {}

#if TORCH_VERSION_MAJOR >= 2
  c10::DataPtr allocate(size_t bytes) override { return poisoned(source_->allocate(bytes), bytes); }
  void copy_data(void* target, const void* origin, size_t bytes) const override {
    default_copy_data(target, origin, bytes);
  }
#else
  c10::DataPtr allocate(size_t bytes) const override {
    return poisoned(source_->allocate(bytes), bytes);
  }
#endif

 private:
  c10::Allocator* source_;
};

}  // namespace

PoisonedMemory::PoisonedMemory()
    : usual_(c10::GetCPUAllocator()), poisoning_(std::make_unique<PoisoningAllocator>(usual_)) {
  c10::SetCPUAllocator(poisoning_.get(), kHighestPriority);
}

PoisonedMemory::~PoisonedMemory() { c10::SetCPUAllocator(usual_, kHighestPriority); }

}  // namespace gril::testing

#include "gril/ops/memory_reuse.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <string>
#include <vector>

namespace gril::testing {
namespace {

long page_faults() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

void touch_64_megabytes() {
  const std::vector<char> block(64 << 20, 1);
  ASSERT_EQ(block.back(), 1);
}

class MemoryReuse : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!keep_freed_memory()) GTEST_SKIP() << "the allocator is not glibc's (a sanitizer's, say)";
  }
};

TEST_F(MemoryReuse, FreedMemoryIsUsedAgainWithoutNewPages) {
  touch_64_megabytes();
  const long before = page_faults();
  touch_64_megabytes();
  // 64 MB are 16384 pages of 4 kB; a fresh block would touch all of them, or 32 large ones.
  EXPECT_LT(page_faults() - before, 16);
}

TEST_F(MemoryReuse, EvenGigabytesAreKept) {
  touch_64_megabytes();
  // Most of this is never touched, so it takes no memory; freed, it joins what is free.
  {
    std::vector<std::string> gigabytes(3);
    for (std::string& gigabyte : gigabytes) gigabyte.reserve(std::size_t{1} << 30);
  }
  const long before = page_faults();
  touch_64_megabytes();
  EXPECT_LT(page_faults() - before, 16);
}

}  // namespace
}  // namespace gril::testing

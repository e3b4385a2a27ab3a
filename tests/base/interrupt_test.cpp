#include "gril/base/interrupt.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

TEST(Interrupt, TheFirstSignalIsOnlyNoted) {
  for (const int number : {SIGINT, SIGTERM}) {
    const InterruptGuard interrupt;
    EXPECT_FALSE(interrupt.requested());
    raise(number);
    EXPECT_TRUE(interrupt.requested());
  }
}

TEST(Interrupt, TheSecondSignalEndsTheProgram) {
  EXPECT_EXIT(
      {
        const InterruptGuard interrupt;
        raise(SIGINT);
        raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
  EXPECT_EXIT(
      {
        const InterruptGuard interrupt;
        raise(SIGINT);
        raise(SIGTERM);
      },
      testing::KilledBySignal(SIGTERM), "");
}

TEST(Interrupt, TheEarlierHandlerComesBack) {
  const auto earlier = signal(SIGINT, SIG_IGN);
  {
    const InterruptGuard interrupt;
    raise(SIGINT);
  }
  EXPECT_EQ(signal(SIGINT, earlier), SIG_IGN);
}

TEST(Interrupt, ANewGuardStartsWithoutARequest) {
  {
    const InterruptGuard interrupt;
    raise(SIGTERM);
  }
  const InterruptGuard interrupt;
  EXPECT_FALSE(interrupt.requested());
}

TEST(Interrupt, TwoGuardsAtOnceAreRefused) {
  const InterruptGuard interrupt;
  EXPECT_EQ(error_text<InvalidArgument>([] { const InterruptGuard second; }),
            "[interrupt] one guard at a time; got a second.");
}

}  // namespace
}  // namespace gril

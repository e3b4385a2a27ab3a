#include "gril/ops/threads.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"

namespace gril::testing {
namespace {

TEST(Threads, ReportSaysWhatWasSet) {
  const int usual = thread_report().torch;
  for (const int threads : {2, 1}) {
    set_threads(threads);
    EXPECT_EQ(thread_report().torch, threads);
    if (thread_report().blas_name.rfind("OpenBLAS", 0) == 0) {
      EXPECT_EQ(thread_report().blas, threads);
    }
  }
  set_threads(usual);
}

TEST(Threads, ABlasIsAlwaysNamed) { EXPECT_NE(thread_report().blas_name, ""); }

TEST(Threads, AtLeastOneProcessorIsAvailable) { EXPECT_GE(available_processors(), 1); }

TEST(Threads, ZeroThreadsAreRefused) {
  try {
    set_threads(0);
    FAIL() << "nothing was thrown";
  } catch (const InvalidArgument& error) {
    EXPECT_STREQ(error.what(), "[threads] the number of threads must be at least 1; got 0.");
  }
}

}  // namespace
}  // namespace gril::testing

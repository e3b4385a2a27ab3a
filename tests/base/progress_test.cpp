#include "gril/base/progress.h"

#include <gtest/gtest.h>

#include <sstream>

#include "gril/base/log.h"

namespace gril {
namespace {

ProgressState half_done() {
  ProgressState state;
  state.label = "train";
  state.unit = "steps";
  state.done = 450;
  state.total = 1000;
  state.seconds = 4.5;
  return state;
}

TEST(ProgressText, ShowsRateAndTimeLeft) {
  EXPECT_EQ(progress_text(half_done(), false), "train 45% 450/1000 steps, 100 steps/s, 6 s left");
}

TEST(ProgressText, TheBarIsAsFullAsTheJob) {
  ProgressState state = half_done();
  state.done = 500;
  EXPECT_EQ(progress_text(state, true).substr(0, 37), "train [============            ] 50% ");
  state.done = 1000;
  EXPECT_EQ(progress_text(state, true).substr(0, 37), "train [========================] 100%");
}

TEST(ProgressText, AResumedJobCountsItsOwnStepsOnly) {
  ProgressState state = half_done();
  state.first = 360;
  EXPECT_EQ(progress_text(state, false), "train 45% 450/1000 steps, 20 steps/s, 28 s left");
}

TEST(ProgressText, PromisesNothingBeforeTheFirstStep) {
  ProgressState state = half_done();
  state.done = 0;
  state.note = "loss 1";
  EXPECT_EQ(progress_text(state, false), "train 0% 0/1000 steps, loss 1");
}

TEST(DurationText, UsesTheUnitThatFits) {
  EXPECT_EQ(duration_text(0.4), "0 s");
  EXPECT_EQ(duration_text(59.4), "59 s");
  EXPECT_EQ(duration_text(59.6), "1 min 0 s");
  EXPECT_EQ(duration_text(725), "12 min 5 s");
  EXPECT_EQ(duration_text(10931), "3 h 2 min");
}

/// A job of ten steps, one per second of a clock that only this test moves.
std::string written_by_a_job(bool terminal, double interval, int columns = 0) {
  std::ostringstream stream;
  double now = 100.0;
  Progress progress("sum", "rows", 10, 0,
                    {.stream = &stream,
                     .terminal = terminal,
                     .columns = columns,
                     .interval = interval,
                     .clock = [&now] { return now; }});
  for (int step = 1; step <= 10; ++step) {
    now += 1.0;
    progress.update(step, concatenate("error ", step));
  }
  progress.finish();
  return stream.str();
}

TEST(Progress, WritesOneLinePerIntervalWhereThereIsNoTerminal) {
  EXPECT_EQ(written_by_a_job(false, 4.0),
            "sum 40% 4/10 rows, 1 rows/s, 6 s left, error 4\n"
            "sum 80% 8/10 rows, 1 rows/s, 2 s left, error 8\n"
            "sum 100% 10/10 rows, 1 rows/s, 0 s left, error 10\n");
}

TEST(Progress, RedrawsInPlaceOnATerminal) {
  EXPECT_EQ(
      written_by_a_job(true, 8.0),
      "\r\x1b[Ksum [===================     ] 80% 8/10 rows, 1 rows/s, 2 s left, error 8"
      "\r\x1b[Ksum [========================] 100% 10/10 rows, 1 rows/s, 0 s left, error 10\n");
}

TEST(Progress, ABarIsCutWhereTheTerminalWouldWrapIt) {
  EXPECT_EQ(written_by_a_job(true, 8.0, 40),
            "\r\x1b[Ksum [===================     ] 80% 8/10"
            "\r\x1b[Ksum [========================] 100% 10/\n");
}

TEST(Log, WritesWholeLinesToStderr) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  log_info("saved ", 3, " files");
  log_warning("one thread");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "gril: saved 3 files\ngril: warning: one thread\n");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

}  // namespace
}  // namespace gril

#include <gtest/gtest.h>

#include <string>

#include "cli/bench/goal.h"
#include "cli/bench/latency.h"
#include "cli/bench/machine.h"
#include "cli/bench/python_process.h"
#include "cli/bench/report_text.h"
#include "cli/bench/timing.h"

namespace gril::testing {
namespace {

TEST(BenchReport, SaysWhichFiguresAreMissed) {
  const Json goals = {bench::to_json({"fast enough", 3.0, 2.0}),
                      bench::to_json({"straight enough", 1.2, 0.95, 1.05}),
                      bench::to_json({"only told", 0.5})};
  const std::string text = bench::report_text(
      {{"machine", bench::machine()}, {"rows", Json::array()}, {"goals", goals}});
  const auto line_of = [&text](const std::string& what) {
    const std::size_t start = text.find(what);
    return text.substr(start, text.find('\n', start) - start);
  };
  EXPECT_TRUE(line_of("fast enough").ends_with("3.000  wanted at least 2: met"));
  EXPECT_TRUE(
      line_of("straight enough").ends_with("1.200  wanted at least 0.95 at most 1.05: NOT MET"));
  EXPECT_TRUE(line_of("only told").ends_with("0.500"));
  EXPECT_TRUE(text.ends_with("  1 of 2 wanted figures are met.\n"));
}

TEST(BenchProcess, ArgumentsReachThePythonUnchanged) {
  const std::string odd = "it's $HOME; \"a\"  b";
  const bench::PythonResult result =
      bench::run_python("python3", {"-c", "import sys; print(sys.argv[1], end='')", odd});
  EXPECT_EQ(result.output, odd);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(bench::run_python("python3", {"-c", "raise SystemExit(7)"}).exit_code, 7);
}

TEST(BenchLatency, EveryCallIsCountedAndTheSlowestIsTheLargest) {
  int64_t made = 0;
  const bench::Latency latency = bench::latency_of(
      [&made](int64_t i) {
        ++made;
        volatile int64_t work = 0;
        for (int64_t k = 0; k < (i == 57 ? 1000000 : 10); ++k) work = work + 1;
      },
      100);
  EXPECT_EQ(made, 200);  // once with a clock around each, once without
  EXPECT_EQ(latency.calls, 100);
  EXPECT_GT(latency.largest, 10 * latency.median);
  EXPECT_GT(latency.calls_per_second, 0);
}

TEST(BenchTiming, ASlowCallRunsThreeRounds) {
  const auto timings =
      bench::time_alternating({[] { bench::run_python("sleep", {"0.55"}); }, [] {}}, 5);
  EXPECT_EQ(timings[0].rounds, 3);
  EXPECT_EQ(timings[1].rounds, 5);
}

}  // namespace
}  // namespace gril::testing

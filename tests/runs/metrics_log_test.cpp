#include "gril/runs/metrics_log.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

std::string lines_of(const std::filesystem::path& path) { return read_file(path, "test"); }

TEST(MetricsLog, EveryLineIsInTheFileWhenAppendReturns) {
  const TemporaryFolder folder;
  MetricsLog log = MetricsLog::start(folder / "metrics.jsonl");
  log.append({{"step", 1}, {"loss", 0.5}});
  EXPECT_EQ(lines_of(folder / "metrics.jsonl"), "{\"step\":1,\"loss\":0.5}\n");
  log.append({{"step", 2}, {"loss", std::nan("")}});
  EXPECT_EQ(read_metrics(folder / "metrics.jsonl"),
            (std::vector<Json>{{{"step", 1}, {"loss", 0.5}}, {{"step", 2}, {"loss", nullptr}}}));
}

TEST(MetricsLog, ResumeRemovesWhatCameAfterTheStep) {
  const TemporaryFolder folder;
  const std::string first = "{\"step\":1}\n{\"step\":2}\n{\"step\":2,\"evaluation\":0.25}\n";
  write_file_atomically(folder / "m", first + "{\"step\":3}\n{\"step\":4}\n", "test");
  MetricsLog log = MetricsLog::resume(folder / "m", 2);
  EXPECT_EQ(lines_of(folder / "m"), first);
  log.append({{"step", 3}, {"again", true}});
  EXPECT_EQ(lines_of(folder / "m"), first + "{\"step\":3,\"again\":true}\n");
}

TEST(MetricsLog, ALastLineThatACrashToreIsLeftOut) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "m", "{\"step\":1}\n{\"step\":2,\"lo", "test");
  EXPECT_EQ(read_metrics(folder / "m").size(), 1U);
  MetricsLog::resume(folder / "m", 9).append({{"step", 2}});
  EXPECT_EQ(lines_of(folder / "m"), "{\"step\":1}\n{\"step\":2}\n");
}

TEST(MetricsLog, ANumberSurvivesResumeToTheLastBit) {
  const TemporaryFolder folder;
  const double loss = 0.1 + 0.2;
  MetricsLog::start(folder / "m").append({{"step", 1}, {"loss", loss}});
  MetricsLog::resume(folder / "m", 1);
  EXPECT_EQ(read_metrics(folder / "m")[0]["loss"].get<double>(), loss);
}

TEST(MetricsLog, DamagedLinesAreRefusedByNumber) {
  const TemporaryFolder folder;
  const std::string path = (folder / "m").string();
  const auto refused = [&](const std::string& text) {
    write_file_atomically(path, text, "test");
    return error_text<InvalidFile>([&] { read_metrics(path); });
  };
  EXPECT_EQ(refused("{\"step\":1}\n{\"step\n"),
            "[metrics] " + path + ": line 2 must be JSON; got an error at byte 7.");
  EXPECT_EQ(refused("{\"loss\":1}\n"),
            "[metrics] " + path + ": line 1 must be an object with an integer \"step\".");
}

TEST(MetricsLog, MistakesOfTheCallerAreRefused) {
  const TemporaryFolder folder;
  const std::string path = (folder / "m").string();
  MetricsLog log = MetricsLog::start(path);
  EXPECT_EQ(error_text<InvalidArgument>([&] {
              log.append({{"loss", 1}});
            }),
            "[metrics] " + path + ": a line must have an integer \"step\"; got {\"loss\":1}.");
  EXPECT_EQ(error_text<InvalidArgument>([&] { MetricsLog::start(path); }),
            "[metrics] " + path + ": must be a new file; got one that exists.");
  EXPECT_EQ(error_text<InvalidArgument>([&] { MetricsLog::resume(folder / "none", 1); }),
            "[metrics] " + (folder / "none").string() +
                ": must be a file; got no such file. Check the path.");
}

TEST(MetricsLog, ALineThatDoesNotFitTheDiskIsTakenBack) {
  const TemporaryFolder folder;
  const std::string path = (folder / "m").string();
  MetricsLog log = MetricsLog::start(path);
  log.append({{"step", 1}});
  {
    const FileSizeLimit limit(20);
    EXPECT_EQ(error_text<InvalidFile>([&] {
                log.append({{"step", 2}, {"loss", 0.5}});
              }),
              "[metrics] " + path +
                  ": must be writable; got File too large. The earlier lines are unchanged.");
  }
  EXPECT_EQ(lines_of(path), "{\"step\":1}\n");
  log.append({{"step", 2}});
  EXPECT_EQ(lines_of(path), "{\"step\":1}\n{\"step\":2}\n");
}

}  // namespace
}  // namespace gril

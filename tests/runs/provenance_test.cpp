#include "gril/runs/provenance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ctime>
#include <fstream>
#include <iomanip>
#include <sstream>
#include <string>

#include "gril/base/version.h"

namespace gril {
namespace {

TEST(Provenance, NamesTheBuildTheCommandAndTheTime) {
  const Provenance provenance = collect_provenance({"gril", "train", "a b.toml"});
  EXPECT_EQ(provenance.version, version());
  EXPECT_EQ(provenance.commit, commit());
  EXPECT_EQ(provenance.compiler, compiler());
  EXPECT_EQ(provenance.command, (std::vector<std::string>{"gril", "train", "a b.toml"}));
  std::tm started = {};
  std::istringstream(provenance.started) >> std::get_time(&started, "%Y-%m-%dT%H:%M:%SZ");
  constexpr double kSeconds = 10.0;
  EXPECT_LT(std::abs(std::difftime(std::time(nullptr), timegm(&started))), kSeconds)
      << provenance.started;
}

TEST(Provenance, DescribesThisMachine) {
  const Machine machine = this_machine();
  int64_t listed = 0;
  std::ifstream processors("/proc/cpuinfo");
  for (std::string line; std::getline(processors, line);) listed += line.starts_with("processor");
  EXPECT_EQ(machine.cores, listed);
  EXPECT_GT(machine.memory_bytes, int64_t{1} << 26);
  EXPECT_NE(machine.system.find("Linux"), std::string::npos) << machine.system;
  EXPECT_FALSE(machine.cpu.empty());
  EXPECT_EQ(machine.cpu.find_first_of("\n\t"), std::string::npos);
}

TEST(Provenance, JsonHoldsEveryField) {
  Provenance provenance;
  provenance.version = "0.1.0";
  provenance.commit = "abc";
  provenance.compiler = "GNU 12";
  provenance.libtorch = "1.13.1";
  provenance.threads = 2;
  provenance.seeds = {1, UINT64_MAX};
  provenance.command = {"gril", "list"};
  provenance.started = "2026-01-31T12:00:00Z";
  provenance.machine = {.cpu = "a cpu", .cores = 2, .memory_bytes = 1024, .system = "Linux"};
  EXPECT_EQ(provenance_json(provenance).dump(),
            R"({"version":"0.1.0","commit":"abc","compiler":"GNU 12","libtorch":"1.13.1",)"
            R"("threads":2,"seeds":[1,18446744073709551615],"command":["gril","list"],)"
            R"("started":"2026-01-31T12:00:00Z","machine":{"cpu":"a cpu","cores":2,)"
            R"("memory_bytes":1024,"system":"Linux"}})");
}

}  // namespace
}  // namespace gril

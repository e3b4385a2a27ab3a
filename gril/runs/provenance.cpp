#include "gril/runs/provenance.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/version.h"

namespace gril {
namespace {

/// What follows `key` and `separator` on the first line of `file` that starts with the key.
std::string field_of(const char* file, const std::string& key, char separator) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t at = line.find_first_not_of(" \t\"", line.find(separator) + 1);
    const std::size_t last = line.find_last_not_of(" \t\"");
    if (at != std::string::npos && last >= at) return line.substr(at, last + 1 - at);
  }
  return "unknown";
}

std::string system_name() {
  utsname kernel = {};
  const bool known = uname(&kernel) == 0;
  const std::string distribution = field_of("/etc/os-release", "PRETTY_NAME", '=');
  return known ? concatenate(distribution, ", ", kernel.sysname, ' ', kernel.release)
               : distribution;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts = {};
  gmtime_r(&now, &parts);
  constexpr std::size_t kLength = sizeof("2026-01-31T12:00:00Z");
  char text[kLength];
  std::strftime(text, kLength, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace

Machine this_machine() {
  const int64_t pages = sysconf(_SC_PHYS_PAGES);
  const int64_t page_bytes = sysconf(_SC_PAGESIZE);
  return {.cpu = field_of("/proc/cpuinfo", "model name", ':'),
          .cores = sysconf(_SC_NPROCESSORS_ONLN),
          .memory_bytes = pages * page_bytes,
          .system = system_name()};
}

Provenance collect_provenance(std::vector<std::string> command) {
  Provenance provenance;
  provenance.version = version();
  provenance.commit = commit();
  provenance.compiler = compiler();
  provenance.command = std::move(command);
  provenance.started = utc_now();
  provenance.machine = this_machine();
  return provenance;
}

Json provenance_json(const Provenance& provenance) {
  const Machine& machine = provenance.machine;
  return {{"version", provenance.version},
          {"commit", provenance.commit},
          {"compiler", provenance.compiler},
          {"libtorch", provenance.libtorch},
          {"threads", provenance.threads},
          {"seeds", provenance.seeds},
          {"command", provenance.command},
          {"started", provenance.started},
          {"machine",
           {{"cpu", machine.cpu},
            {"cores", machine.cores},
            {"memory_bytes", machine.memory_bytes},
            {"system", machine.system}}}};
}

}  // namespace gril

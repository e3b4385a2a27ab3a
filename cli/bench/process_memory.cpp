#include "cli/bench/process_memory.h"

#include <fstream>
#include <string>

namespace gril::bench {
namespace {

/// A line "Name:  123 kB" of /proc/self/status, in bytes.
double status_bytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(name + ":", 0) == 0) return 1024 * std::stod(line.substr(name.size() + 1));
  }
  return 0;
}

}  // namespace

double resident_bytes() { return status_bytes("VmRSS"); }

double peak_resident_bytes() { return status_bytes("VmHWM"); }

void forget_peak_resident_bytes() { std::ofstream("/proc/self/clear_refs") << "5"; }

}  // namespace gril::bench

#include "cli/bench/machine.h"

#include <torch/version.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "gril/base/version.h"
#include "gril/ops/instruction_sets.h"
#include "gril/ops/threads.h"

namespace gril::bench {
namespace {

/// The processor's name as the kernel gives it; "" where it does not.
std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(": ") + 2);
  }
  return "";
}

/// How many programs wanted a processor in the last minute: more than 1 beside a measurement
/// spoils it.
double load() {
  double average = 0;
  return getloadavg(&average, 1) == 1 ? average : 0;
}

}  // namespace

Json machine() {
  const ThreadReport threads = thread_report();
  return {{"processor", processor()},
          {"processors", available_processors()},
          {"load", load()},
          {"threads", threads.torch},
          {"blas", threads.blas_name},
          {"blas_threads", threads.blas},
          {"instruction_set", instruction_sets().in_use},
          {"libtorch", TORCH_VERSION},
          {"compiler", compiler()},
          {"version", version()},
          {"commit", commit()}};
}

}  // namespace gril::bench

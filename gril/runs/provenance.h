#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// The machine a number was obtained on.
struct Machine {
  std::string cpu;           ///< "model name" of /proc/cpuinfo, or "unknown"
  int64_t cores = 0;         ///< processors online
  int64_t memory_bytes = 0;  ///< physical memory
  std::string system;  ///< distribution and kernel, "Debian GNU/Linux 12 (bookworm), Linux 6.1.0"
};

/// Where a number comes from: enough to obtain it again.
struct Provenance {
  std::string version;  ///< of gril
  std::string commit;   ///< of gril, with "-modified" where it applies
  std::string compiler;
  std::string libtorch;  ///< version; filled by callers that use it
  int64_t threads = 0;   ///< threads of the computation; 0 where it has none of its own
  std::vector<uint64_t> seeds;
  std::vector<std::string> command;  ///< program and arguments
  std::string started;               ///< UTC, "2026-01-31T12:00:00Z"
  Machine machine;
};

/// This machine, read from /proc and the system.
Machine this_machine();

/// Version, commit, compiler, machine and the time of now; the other fields are the caller's.
Provenance collect_provenance(std::vector<std::string> command);

/// The fields above as JSON keys of the same names, as they stand in RUN/provenance.json.
Json provenance_json(const Provenance& provenance);

}  // namespace gril

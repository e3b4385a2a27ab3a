#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace gril::cli {

/// Exit codes of the program, the same for every command.
enum ExitCode : int {
  kDone = 0,
  kCheckFailed = 1,
  kCallersMistake = 2,
  kDamagedFile = 3,
  kFault = 4  ///< of the program or the machine: out of memory, an internal error
};

/// The parser and what the chosen subcommand will do. Each command's add function adds one
/// subcommand and sets `run` in its callback; main calls it after parsing.
struct Program {
  CLI::App app;
  std::function<int()> run;
  std::vector<std::string> arguments;  ///< the program's own, argv[0] first, for provenance
};

}  // namespace gril::cli

#pragma once

#include <exception>
#include <string>
#include <vector>

#include "cli/command.h"

namespace gril::cli {

/// What the program says and returns when something went wrong.
struct ErrorReport {
  int exit_code;
  std::string text;  ///< one line; empty when the parser printed the help or the version
};

/// Why the command line was refused, with the nearest known word and where to read on.
/// `arguments`: what the user typed after the program's name.
ErrorReport report_parse_error(const CLI::ParseError& error, const CLI::App& app,
                               const std::vector<std::string>& arguments);

/// Why a command failed. Knows every exception that gril, libtorch and the standard library throw.
ErrorReport report_exception(const std::exception_ptr& thrown);

}  // namespace gril::cli

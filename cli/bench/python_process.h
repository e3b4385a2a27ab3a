#pragma once

#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril::bench {

/// What a child process came to.
struct PythonResult {
  int exit_code = 0;   ///< -1 when it was ended by a signal
  std::string output;  ///< all of its standard output
};

/// Runs `python arguments…` to its end. Its error output goes to this program's, unless
/// `errors_too` joins it to `output`.
PythonResult run_python(const std::string& python, const std::vector<std::string>& arguments,
                        bool errors_too = false);

/// The version of PyTorch in a Python.
/// Errors: InvalidArgument "[bench] --python …" with the last line of its message when there is no
/// such Python, or no PyTorch in it.
std::string pytorch_version(const std::string& python);

}  // namespace gril::bench

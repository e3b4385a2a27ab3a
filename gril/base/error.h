#pragma once

#include <stdexcept>
#include <string>

namespace gril {

/// The caller's mistake: an argument, a key or an option outside its rule, or a path that names
/// nothing (no such file, no such folder, a folder where a file is meant). Exit code 2.
class InvalidArgument : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// A file that is there and cannot be read, is damaged or is not what it claims to be, and a file
/// that cannot be written (no rights, full disk). Exit code 3.
class InvalidFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace gril

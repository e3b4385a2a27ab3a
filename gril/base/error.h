#pragma once

#include <stdexcept>
#include <string>

namespace gril {

/// The caller's mistake: an argument, a key or an option outside its rule. Exit code 2.
class InvalidArgument : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// A file from outside that is damaged, unreadable or not what it claims to be. Exit code 3.
class InvalidFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace gril

#pragma once

#include <sstream>
#include <string>
#include <string_view>

#include "gril/base/error.h"

/// How every error text of gril is made: `[where] rule; got value. What to do.`
namespace gril {

/// Joins its arguments with operator<< into one string.
template <typename... Parts>
std::string concatenate(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

/// Throws InvalidArgument with the text "[where] parts..." unless the condition holds.
template <typename... Parts>
void require(bool condition, std::string_view where, const Parts&... parts) {
  if (!condition) throw InvalidArgument(concatenate('[', where, "] ", parts...));
}

/// The same for files from outside: throws InvalidFile.
template <typename... Parts>
void require_file(bool condition, std::string_view where, const Parts&... parts) {
  if (!condition) throw InvalidFile(concatenate('[', where, "] ", parts...));
}

}  // namespace gril

#pragma once

#include <string_view>

#include "gril/base/check.h"

namespace gril {

enum class LogLevel { kInfo, kWarning };

/// Writes one line to stderr, "gril: text" or "gril: warning: text", in one piece. A progress bar
/// on the same terminal line is erased first. The library never writes to stdout.
void log_line(LogLevel level, std::string_view text);

/// log_line with the parts joined by operator<<.
template <typename... Parts>
void log_info(const Parts&... parts) {
  log_line(LogLevel::kInfo, concatenate(parts...));
}
template <typename... Parts>
void log_warning(const Parts&... parts) {
  log_line(LogLevel::kWarning, concatenate(parts...));
}

}  // namespace gril

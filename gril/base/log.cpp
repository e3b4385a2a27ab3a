#include "gril/base/log.h"

#include <unistd.h>

#include <iostream>

namespace gril {

void log_line(LogLevel level, std::string_view text) {
  const std::string_view erase = isatty(STDERR_FILENO) == 1 ? "\r\x1b[K" : "";
  const std::string_view mark = level == LogLevel::kWarning ? "warning: " : "";
  std::cerr << concatenate(erase, "gril: ", mark, text, '\n') << std::flush;
}

}  // namespace gril

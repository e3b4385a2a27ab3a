#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// The metrics of a run: one JSON object per line, each with an integer "step", in the order in
/// which they were measured. Every line is on its way to the disk when append() returns, so that
/// the file can be read while the run goes on.
class MetricsLog {
 public:
  /// A log without lines. Errors: InvalidArgument when the file exists; as AtomicFile.
  static MetricsLog start(const std::filesystem::path& path);
  /// Continues after `last_step`: lines of later steps are removed, and so is a last line that a
  /// crash tore. Errors: as read_metrics and AtomicFile.
  static MetricsLog resume(const std::filesystem::path& path, int64_t last_step);

  MetricsLog(MetricsLog&& other) noexcept;
  MetricsLog& operator=(MetricsLog&&) = delete;
  ~MetricsLog();

  /// Adds one line; numbers that are not finite become null.
  /// Errors: InvalidArgument when the object has no integer "step"; InvalidFile with the system's
  /// reason (full disk), and the line is taken back.
  void append(const Json& line);

  /// Waits until all lines are on the disk, so that they outlive a loss of power.
  /// Errors: InvalidFile with the system's reason.
  void sync() const;

 private:
  explicit MetricsLog(std::filesystem::path path);

  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Every line of a log; a last line without its newline is left out.
/// Errors: InvalidArgument when there is no such file; InvalidFile naming the line that is not a
/// JSON object with an integer "step".
std::vector<Json> read_metrics(const std::filesystem::path& path);

}  // namespace gril

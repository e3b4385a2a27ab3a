#include "gril/runs/metrics_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/file.h"
#include "gril/base/json_text.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "metrics";

bool has_step(const Json& line) {
  return line.is_object() && line.contains("step") && line["step"].is_number_integer();
}

std::string line_text(const Json& line) {
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string system_reason(int reason) { return std::generic_category().message(reason); }

}  // namespace

MetricsLog MetricsLog::start(const std::filesystem::path& path) {
  std::error_code ignored;
  require(!std::filesystem::exists(path, ignored), kWhere, path.string(),
          ": must be a new file; got one that exists.");
  write_file_atomically(path, "", kWhere);
  return MetricsLog(path);
}

MetricsLog MetricsLog::resume(const std::filesystem::path& path, int64_t last_step) {
  std::string kept;
  for (const Json& line : read_metrics(path)) {
    if (line["step"].get<int64_t>() <= last_step) kept += line_text(line);
  }
  write_file_atomically(path, kept, kWhere);
  return MetricsLog(path);
}

MetricsLog::MetricsLog(std::filesystem::path path)
    : path_(std::move(path)), descriptor_(open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)) {
  require_file(descriptor_ >= 0, kWhere, path_.string(), ": must be writable; got ",
               system_reason(errno), ".");
}

MetricsLog::MetricsLog(MetricsLog&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

MetricsLog::~MetricsLog() {
  if (descriptor_ >= 0) close(descriptor_);
}

void MetricsLog::append(const Json& line) {
  require(has_step(line), kWhere, path_.string(), ": a line must have an integer \"step\"; got ",
          line.dump(), ".");
  const std::string text = line_text(line);
  const off_t before = lseek(descriptor_, 0, SEEK_END);
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t count = write(descriptor_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    const int reason = errno;
    if (count < 0 && ftruncate(descriptor_, before) == 0) lseek(descriptor_, before, SEEK_SET);
    require_file(count >= 0, kWhere, path_.string(), ": must be writable; got ",
                 system_reason(reason), ". The earlier lines are unchanged.");
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

void MetricsLog::sync() const {
  require_file(fdatasync(descriptor_) == 0, kWhere, path_.string(), ": must be writable; got ",
               system_reason(errno), ".");
}

std::vector<Json> read_metrics(const std::filesystem::path& path) {
  const std::string text = read_file(path, kWhere);
  std::vector<Json> lines;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    const std::string subject = concatenate(path.string(), ": line ", lines.size() + 1);
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    lines.push_back(parse_json<Json>(line, kWhere, subject));
    require_file(has_step(lines.back()), kWhere, subject,
                 " must be an object with an integer \"step\".");
    begin = end + 1;
  }
  return lines;
}

}  // namespace gril

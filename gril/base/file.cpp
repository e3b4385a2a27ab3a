#include "gril/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "gril/base/check.h"

namespace gril {
namespace {

std::string system_reason(int reason) { return std::generic_category().message(reason); }

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

/// Opens a new file beside `path`; the number in its name avoids those of other writers.
int create_beside(const std::filesystem::path& path, std::filesystem::path& temporary) {
  constexpr int kAttempts = 1000;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    temporary = concatenate(path.string(), ".partial-", getpid(), "-", attempt);
    const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0 || errno != EEXIST) return descriptor;
  }
  return -1;
}

/// Makes the rename itself durable. Some file systems refuse fsync on a folder (EINVAL).
int sync_folder(const std::filesystem::path& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return errno == EACCES ? 0 : errno;
  const int reason = fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;
  close(descriptor);
  return reason;
}

}  // namespace

InputFile::InputFile(const std::filesystem::path& path, std::string_view where)
    : path_(path), where_(where), descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  const int reason = errno;
  const std::string named = path.string();
  require(descriptor_ >= 0 || (reason != ENOENT && reason != ENOTDIR), where, named,
          ": must be a file; got no such file. Check the path.");
  require_file(descriptor_ >= 0, where, named, ": must be readable; got ", system_reason(reason),
               ".");
  struct stat status = {};
  const bool known = fstat(descriptor_, &status) == 0;
  const bool folder = known && S_ISDIR(status.st_mode);
  if (folder) close(descriptor_);
  require(!folder, where, named, ": must be a file; got a folder.");
  size_ = known && S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
}

InputFile::~InputFile() { close(descriptor_); }

std::size_t InputFile::read(std::span<std::byte> bytes) {
  std::size_t total = 0;
  while (total < bytes.size()) {
    const ssize_t count = ::read(descriptor_, bytes.data() + total, bytes.size() - total);
    if (count < 0 && errno == EINTR) continue;
    require_file(count >= 0, where_, path_.string(), ": must be readable; got ",
                 system_reason(errno), ".");
    if (count == 0) break;
    total += static_cast<std::size_t>(count);
  }
  return total;
}

AtomicFile::AtomicFile(std::filesystem::path path, std::string_view where)
    : path_(std::move(path)), where_(where) {
  const std::filesystem::path folder = folder_of(path_);
  std::error_code ignored;
  require(std::filesystem::is_directory(folder, ignored), where, path_.string(),
          ": its folder must exist; got no such folder. Create ", folder.string(), " first.");
  require(!std::filesystem::is_directory(path_, ignored), where, path_.string(),
          ": must be a file; got a folder.");
  descriptor_ = create_beside(path_, temporary_);
  if (descriptor_ < 0) fail(errno);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void AtomicFile::write(std::string_view text) { write(std::as_bytes(std::span(text))); }

void AtomicFile::commit() {
  if (fsync(descriptor_) != 0) fail(errno);
  const int closed = close(std::exchange(descriptor_, -1));
  if (closed != 0) fail(errno);
  if (rename(temporary_.c_str(), path_.c_str()) != 0) fail(errno);
  temporary_.clear();
  const int reason = sync_folder(folder_of(path_));
  require_file(reason == 0, where_, path_.string(), ": must reach the disk; got ",
               system_reason(reason), ".");
}

void AtomicFile::fail(int reason) const {
  require_file(false, where_, path_.string(), ": must be writable; got ", system_reason(reason),
               ". The earlier file, if any, is unchanged.");
}

std::string read_file(const std::filesystem::path& path, std::string_view where, uint64_t most) {
  InputFile file(path, where);
  const auto check_size = [&](uint64_t size) {
    require_file(size <= most, where, path.string(), ": may have ", most, " bytes; got more.");
  };
  check_size(file.size());
  constexpr std::size_t kBlock = 1U << 16;
  std::string bytes;
  std::size_t used = 0;
  for (;;) {
    // One byte beyond the known size: a whole regular file takes one pass and one look at its end,
    // and the many small ones of a data set no spare room each.
    const bool known = used == 0 && file.size() > 0;
    bytes.resize(used + (known ? static_cast<std::size_t>(file.size()) + 1 : kBlock));
    const std::size_t wanted = bytes.size() - used;
    const std::size_t count = file.read(std::as_writable_bytes(std::span(bytes).subspan(used)));
    used += count;
    check_size(used);
    if (count < wanted) break;
  }
  bytes.resize(used);
  return bytes;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view bytes,
                           std::string_view where) {
  AtomicFile file(path, where);
  file.write(bytes);
  file.commit();
}

}  // namespace gril

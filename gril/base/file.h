#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace gril {

/// A regular file, opened for reading from its start.
class InputFile {
 public:
  /// Errors: InvalidArgument when `path` names no file or a folder; InvalidFile when it cannot be
  /// opened. Texts start with "[where] path:".
  InputFile(const std::filesystem::path& path, std::string_view where);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// Bytes in the file when it was opened; 0 for a pipe.
  uint64_t size() const { return size_; }
  /// The next bytes, at most `bytes.size()` of them: how many came, 0 at the end.
  /// Errors: InvalidFile with the system's reason.
  std::size_t read(std::span<std::byte> bytes);

 private:
  std::filesystem::path path_;
  std::string where_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
};

/// A file that replaces `path` in one instant, when it is complete: temporary file in the same
/// folder, fsync, rename, fsync of the folder. Without commit(), or when anything fails, the
/// temporary file is removed and the earlier file stays as it was. The new file has the rights of
/// any new file; a symbolic link at `path` is replaced, not followed.
///
/// errors  InvalidArgument when the folder of `path` does not exist or `path` is a folder;
///         InvalidFile with the system's reason when writing fails (no rights, full disk).
///         Texts start with "[where] path:".
class AtomicFile {
 public:
  AtomicFile(std::filesystem::path path, std::string_view where);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  void commit();

 private:
  void fail(int reason) const;

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  std::string where_;
  int descriptor_ = -1;
};

/// The bytes of a whole file (a pipe too). Errors: as InputFile; InvalidFile for more than `most`
/// bytes, before memory is taken for them.
std::string read_file(const std::filesystem::path& path, std::string_view where,
                      uint64_t most = std::numeric_limits<uint64_t>::max());

/// Replaces a file atomically. Errors: as AtomicFile.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes,
                           std::string_view where);

}  // namespace gril

#pragma once

#include <filesystem>

namespace gril::bench {

/// A folder of its own under the system's temporary folder, removed with everything in it.
class ScratchFolder {
 public:
  /// Errors: InvalidArgument "[bench] …" when the folder cannot be made.
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace gril::bench

#pragma once

#include <zlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace gril {

/// Writes `text` as one gzip member; "ab" adds a member to the file.
inline void write_gzip(const std::filesystem::path& path, const std::string& text,
                       const char* mode = "wb") {
  gzFile file = gzopen(path.c_str(), mode);
  if (file == nullptr) throw std::runtime_error("cannot write " + path.string());
  const int written = gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  if (gzclose(file) != Z_OK || written != static_cast<int>(text.size())) {
    throw std::runtime_error("cannot write " + path.string());
  }
}

}  // namespace gril

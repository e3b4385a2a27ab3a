#include "gril/base/unpacked_file.h"

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "gril/base/check.h"

namespace gril {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;
constexpr int kFirstByteOfGzip = 0x1f;

/// The bytes that the gzip data of `source` stand for.
class GzipBuffer : public std::streambuf {
 public:
  GzipBuffer(std::streambuf& source, std::string where, std::string name)
      : source_(source), where_(std::move(where)), name_(std::move(name)) {
    // 16: gzip and nothing else. 15: the largest window.
    const int failure = inflateInit2(&stream_, 16 + 15);
    require_file(failure == Z_OK, where_, name_, ": zlib cannot start; got ", zError(failure), ".");
  }
  ~GzipBuffer() override { inflateEnd(&stream_); }
  GzipBuffer(const GzipBuffer&) = delete;
  GzipBuffer& operator=(const GzipBuffer&) = delete;

 protected:
  int_type underflow() override {
    stream_.next_out = reinterpret_cast<Bytef*>(unpacked_.data());
    stream_.avail_out = static_cast<uInt>(unpacked_.size());
    while (stream_.avail_out == unpacked_.size()) {
      if (stream_.avail_in == 0 && !refill()) return traits_type::eof();
      if (between_members_) inflateReset(&stream_);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      between_members_ = result == Z_STREAM_END;
      require_file(result == Z_OK || between_members_, where_, name_,
                   ": must be whole gzip data; got damaged ones (", zError(result),
                   "). Copy the file again.");
    }
    setg(unpacked_.data(), unpacked_.data(),
         unpacked_.data() + (unpacked_.size() - stream_.avail_out));
    return traits_type::to_int_type(*gptr());
  }

 private:
  /// False at the end of the data, which may only come between two members.
  bool refill() {
    const std::streamsize count =
        source_.sgetn(packed_.data(), static_cast<std::streamsize>(packed_.size()));
    require_file(count > 0 || between_members_, where_, name_,
                 ": must be whole gzip data; got an end in the middle. Copy the file again.");
    stream_.next_in = reinterpret_cast<Bytef*>(packed_.data());
    stream_.avail_in = static_cast<uInt>(count);
    return count > 0;
  }

  std::streambuf& source_;
  std::string where_;
  std::string name_;
  z_stream stream_ = {};
  bool between_members_ = false;
  std::vector<char> packed_ = std::vector<char>(kBufferBytes);
  std::vector<char> unpacked_ = std::vector<char>(kBufferBytes);
};

/// A stream with the buffer and the file it reads.
class GzipFile : public std::istream {
 public:
  GzipFile(std::unique_ptr<std::istream> file, std::string where, std::string name)
      : std::istream(nullptr),
        file_(std::move(file)),
        buffer_(*file_->rdbuf(), std::move(where), std::move(name)) {
    rdbuf(&buffer_);
  }

 private:
  std::unique_ptr<std::istream> file_;
  GzipBuffer buffer_;
};

}  // namespace

std::unique_ptr<std::istream> open_unpacked(const std::filesystem::path& path,
                                            std::string_view where) {
  std::error_code ignored;
  require(std::filesystem::exists(path, ignored), where, path.string(),
          ": must be a file; got no such file. Check the path.");
  require(!std::filesystem::is_directory(path, ignored), where, path.string(),
          ": must be a file; got a folder. Name the file in it.");
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  require_file(file->is_open(), where, path.string(), ": must be readable; got \"",
               std::strerror(errno), "\". Check its rights.");
  return unpacked(std::move(file), where, path.string());
}

std::unique_ptr<std::istream> unpacked(std::unique_ptr<std::istream> source, std::string_view where,
                                       const std::string& name) {
  if (source->rdbuf()->sgetc() != kFirstByteOfGzip) return source;
  return std::make_unique<GzipFile>(std::move(source), std::string(where), name);
}

}  // namespace gril

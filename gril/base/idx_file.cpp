#include "gril/base/idx_file.h"

#include <algorithm>
#include <array>
#include <istream>
#include <memory>
#include <string>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/unpacked_file.h"

namespace gril {
namespace {

constexpr uint8_t kUnsignedBytes = 0x08;
constexpr uint8_t kShorts = 0x0B;
constexpr uint64_t kMostBytes = uint64_t{1} << 32;
constexpr std::size_t kBytesAtOnce = 1 << 20;

/// The header and the numbers as they stand in the file.
struct RawArray {
  uint8_t type = 0;
  std::vector<int64_t> sizes;
  std::vector<uint8_t> bytes;
};

class IdxReader {
 public:
  IdxReader(const std::filesystem::path& path, std::string_view where)
      : file_(open_unpacked(path, where)), where_(where), name_(path.string()) {}

  RawArray read(const std::vector<uint8_t>& types, std::size_t dimensions) {
    RawArray array;
    array.type = read_start(types, dimensions);
    uint64_t bytes = array.type == kShorts ? 2 : 1;
    for (std::size_t i = 0; i < dimensions; ++i) {
      const auto word = header<4>();
      const uint64_t size = uint64_t{word[0]} << 24 | uint64_t{word[1]} << 16 |
                            uint64_t{word[2]} << 8 | uint64_t{word[3]};
      require_file(size > 0, where_, name_, ": dimension ", i + 1,
                   " must not be empty; got size 0.");
      require_file(size <= kMostBytes / bytes, where_, name_,
                   ": must hold at most 4 GiB; got a header that claims more.");
      bytes *= size;
      array.sizes.push_back(static_cast<int64_t>(size));
    }
    read_numbers(array, bytes);
    return array;
  }

 private:
  template <std::size_t Count>
  std::array<uint8_t, Count> header() {
    std::array<uint8_t, Count> bytes = {};
    const std::streamsize count =
        file_->rdbuf()->sgetn(reinterpret_cast<char*>(bytes.data()), Count);
    require_file(count == static_cast<std::streamsize>(Count), where_, name_,
                 ": must be an IDX file; got an end inside its header.");
    return bytes;
  }

  uint8_t read_start(const std::vector<uint8_t>& types, std::size_t dimensions) {
    const auto start = header<4>();
    const bool known = start[0] == 0 && start[1] == 0 &&
                       std::find(types.begin(), types.end(), start[2]) != types.end();
    require_file(known, where_, name_, ": must be an IDX file of ",
                 types.size() == 1 ? "unsigned bytes" : "unsigned bytes or 16-bit integers",
                 "; got another start. Give the images as idx3-ubyte and the labels as idx1.");
    require_file(start[3] == dimensions, where_, name_, ": must have ", dimensions,
                 dimensions == 1 ? " dimension" : " dimensions", "; got ",
                 static_cast<int>(start[3]), ". Are images and labels the wrong way round?");
    return start[2];
  }

  void read_numbers(RawArray& array, uint64_t bytes) {
    std::streambuf& source = *file_->rdbuf();
    while (array.bytes.size() < bytes) {
      const std::size_t have = array.bytes.size();
      array.bytes.resize(have + std::min<uint64_t>(kBytesAtOnce, bytes - have));
      const std::streamsize count =
          source.sgetn(reinterpret_cast<char*>(array.bytes.data() + have),
                       static_cast<std::streamsize>(array.bytes.size() - have));
      require_file(have + static_cast<std::size_t>(count) == array.bytes.size(), where_, name_,
                   ": must hold ", bytes, " bytes of numbers as its header says; got ",
                   have + static_cast<std::size_t>(count), ". Copy the file again.");
    }
    require_file(source.sgetc() == std::char_traits<char>::eof(), where_, name_, ": must hold ",
                 bytes, " bytes of numbers as its header says; got more. Copy the file again.");
  }

  std::unique_ptr<std::istream> file_;
  std::string where_;
  std::string name_;
};

}  // namespace

IdxBytes read_idx_bytes(const std::filesystem::path& path, std::size_t dimensions,
                        std::string_view where) {
  RawArray raw = IdxReader(path, where).read({kUnsignedBytes}, dimensions);
  return {std::move(raw.sizes), std::move(raw.bytes)};
}

IdxArray read_idx_labels(const std::filesystem::path& path, std::size_t dimensions,
                         std::string_view where) {
  RawArray raw = IdxReader(path, where).read({kUnsignedBytes, kShorts}, dimensions);
  IdxArray array{std::move(raw.sizes), {}};
  if (raw.type == kUnsignedBytes) {
    array.numbers.assign(raw.bytes.begin(), raw.bytes.end());
    return array;
  }
  array.numbers.reserve(raw.bytes.size() / 2);
  for (std::size_t i = 0; i < raw.bytes.size(); i += 2) {
    const auto word = static_cast<uint16_t>(raw.bytes[i] << 8 | raw.bytes[i + 1]);
    array.numbers.push_back(static_cast<int16_t>(word));
  }
  return array;
}

}  // namespace gril

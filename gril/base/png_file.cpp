#include "gril/base/png_file.h"

#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <span>

#include "gril/base/check.h"
#include "gril/base/file.h"

namespace gril {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr uint64_t kMostPixels = uint64_t{1} << 26;
/// Bytes that one byte of packed data can stand for (RFC 1951: 258 for two bits and a little).
constexpr uint64_t kMostPacked = 1032;

/// What is left of the file, and what libpng said when it gave up.
struct PngInput {
  std::string_view bytes;
  std::array<char, 128> failure = {};
};

extern "C" {
void take_bytes(png_structp png, png_bytep target, std::size_t count) {
  auto& input = *static_cast<PngInput*>(png_get_io_ptr(png));
  if (count > input.bytes.size()) png_error(png, "the file ends early");
  std::memcpy(target, input.bytes.data(), count);
  input.bytes.remove_prefix(count);
}

void note_failure(png_structp png, png_const_charp text) {
  auto& input = *static_cast<PngInput*>(png_get_error_ptr(png));
  std::strncpy(input.failure.data(), text, input.failure.size() - 1);
  png_longjmp(png, 1);
}

void ignore_warning(png_structp /*png*/, png_const_charp /*text*/) {}
}

/// libpng at the start of a file. It reports failures by longjmp, which passes no destructor:
/// `attempt` is where it lands, and what runs there owns nothing.
class PngReader {
 public:
  explicit PngReader(std::string_view bytes)
      : input_{bytes},
        png_(png_create_read_struct(PNG_LIBPNG_VER_STRING, &input_, note_failure, ignore_warning)),
        info_(png_ == nullptr ? nullptr : png_create_info_struct(png_)) {
    if (info_ != nullptr) png_set_read_fn(png_, &input_, take_bytes);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  bool read_header() {
    return attempt([this] { png_read_info(png_, info_); });
  }
  /// `rows` has the height, and each the width, of the header.
  bool read_pixels(std::span<png_bytep> rows) {
    return attempt([this, rows] {
      png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
      png_read_image(png_, rows.data());
      png_read_end(png_, nullptr);
    });
  }
  std::size_t height() const { return png_get_image_height(png_, info_); }
  std::size_t width() const { return png_get_image_width(png_, info_); }
  bool is_gray_bytes() const {
    return png_get_color_type(png_, info_) == PNG_COLOR_TYPE_GRAY &&
           png_get_bit_depth(png_, info_) == 8;
  }
  const char* failure() const { return input_.failure.data(); }

 private:
  template <typename Work>
  bool attempt(const Work& work) {
    if (info_ == nullptr || setjmp(png_jmpbuf(png_)) != 0) return false;
    work();
    return true;
  }

  PngInput input_;
  png_structp png_;
  png_infop info_;
};

void append_number(std::string& bytes, uint64_t number) {
  for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<char>(number >> shift & 0xff));
}

const Bytef* as_bytes(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

/// Length, name, data and their check sum.
void append_chunk(std::string& bytes, std::string_view name, std::string_view data) {
  append_number(bytes, data.size());
  const std::size_t start = bytes.size();
  bytes.append(name).append(data);
  append_number(bytes, crc32_z(0, as_bytes(bytes) + start, bytes.size() - start));
}

/// `data` in the form of zlib (RFC 1950), in blocks that are stored as they are (RFC 1951, 3.2.4).
std::string stored(std::string_view data) {
  constexpr std::size_t kLongestBlock = 0xffff;
  std::string bytes = "\x78\x01";  // a window of 32 KiB; the quickest way of packing
  for (std::string_view rest = data; !rest.empty();) {
    const std::size_t size = std::min(rest.size(), kLongestBlock);
    const std::size_t opposite = ~size;
    bytes.push_back(size == rest.size() ? 1 : 0);  // 1: the last block
    for (const std::size_t number : {size, opposite}) {
      bytes.push_back(static_cast<char>(number & 0xff));
      bytes.push_back(static_cast<char>(number >> 8 & 0xff));
    }
    bytes.append(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  append_number(bytes, adler32_z(1, as_bytes(data), data.size()));
  return bytes;
}

}  // namespace

GrayImage read_png(const std::filesystem::path& path, std::string_view where) {
  const std::string bytes = read_file(path, where);
  const std::string name = path.string();
  require_file(!bytes.empty(), where, name, ": must be a PNG image; got an empty file.");
  require_file(bytes.starts_with(kSignature), where, name,
               ": must be a PNG image; got another start.");
  PngReader reader(bytes);
  require_file(reader.read_header(), where, name, ": must have a whole header; got \"",
               reader.failure(), "\". Copy the file again.");
  require_file(reader.is_gray_bytes(), where, name,
               ": must be 8-bit gray; got colours, transparency or another depth.");
  const uint64_t pixels = uint64_t{reader.height()} * reader.width();
  require_file(pixels <= std::min<uint64_t>(kMostPixels, bytes.size() * kMostPacked), where, name,
               ": must hold what its header says, at most ", kMostPixels, " pixels; got ",
               reader.height(), " x ", reader.width(), " in ", bytes.size(), " bytes.");
  GrayImage image{reader.height(), reader.width(), std::vector<uint8_t>(pixels)};
  std::vector<png_bytep> rows(image.height);
  for (std::size_t row = 0; row < image.height; ++row) {
    rows[row] = image.pixels.data() + row * image.width;
  }
  require_file(reader.read_pixels(rows), where, name, ": must be a whole image; got \"",
               reader.failure(), "\". Copy the file again.");
  return image;
}

std::string png_bytes(const GrayImage& image, std::string_view where) {
  constexpr std::size_t kLongest = 0x7fffffff;
  const bool sized = std::min(image.height, image.width) > 0 &&
                     std::max(image.height, image.width) <= kLongest &&
                     image.pixels.size() == image.height * image.width;
  require(sized, where, "an image must have height x width pixels, and at least one; got ",
          image.pixels.size(), " for ", image.height, " x ", image.width, ".");
  std::string header;
  append_number(header, image.width);
  append_number(header, image.height);
  header.append({8, 0, 0, 0, 0});  // bits, gray, deflate, filters by row, not interlaced
  std::string rows;
  rows.reserve(image.height * (image.width + 1));
  for (std::size_t row = 0; row < image.height; ++row) {
    rows.push_back(0);  // no filter
    rows.append(reinterpret_cast<const char*>(image.pixels.data()) + row * image.width,
                image.width);
  }
  std::string bytes(kSignature);
  append_chunk(bytes, "IHDR", header);
  append_chunk(bytes, "IDAT", stored(rows));
  append_chunk(bytes, "IEND", "");
  return bytes;
}

}  // namespace gril

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gril {

/// An image of 8-bit gray.
struct GrayImage {
  std::size_t height = 0;
  std::size_t width = 0;
  std::vector<uint8_t> pixels;  ///< (height, width), row-major; 0 is black
};

/// Reads a PNG file (ISO/IEC 15948) of 8-bit gray, interlaced or not. Pixels come as they are
/// stored: no gamma, no colour profile is applied.
///
/// errors  InvalidArgument when there is no such file; InvalidFile "[where] path: …" for an empty
///         file, another kind of file, another kind of image, more than 2^26 pixels, and data that
///         are damaged or end early. Pixels that the bytes of the file cannot stand for are not
///         allocated.
GrayImage read_png(const std::filesystem::path& path, std::string_view where);

/// The bytes of a PNG file that holds the image. They depend on nothing but its pixels: the data
/// stand there unpacked, because what a compressor makes of them differs between its versions.
///
/// image   at least one row and one column, fewer than 2^31 of each
/// errors  InvalidArgument "[where] …" for other sizes, or where pixels are not height x width.
/// cost    height (width + 1) bytes, and about 70 more.
std::string png_bytes(const GrayImage& image, std::string_view where);

}  // namespace gril

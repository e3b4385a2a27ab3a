#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace gril {

/// An array of an IDX file (the format of MNIST), its numbers widened to 16 bits.
struct IdxArray {
  std::vector<int64_t> sizes;    ///< of every dimension
  std::vector<int16_t> numbers;  ///< row-major
};

/// An array of bytes of an IDX file.
struct IdxBytes {
  std::vector<int64_t> sizes;    ///< of every dimension
  std::vector<uint8_t> numbers;  ///< row-major
};

/// Reads an IDX file, packed with gzip or not: two zero bytes, a type, the number of dimensions,
/// their sizes (big-endian, 32 bits) and the numbers, big-endian.
///
/// dimensions  how many the array must have
/// errors      InvalidArgument when there is no such file; InvalidFile "[where] path: …" for a
///             wrong start, another type or number of dimensions, an empty dimension, more than
///             4 GiB, and numbers that end early or go on. What the header claims is not allocated
///             before the file has shown as many bytes.
///
/// read_idx_bytes takes type 0x08 (unsigned bytes), read_idx_labels also 0x0B (16 bits, signed).
IdxBytes read_idx_bytes(const std::filesystem::path& path, std::size_t dimensions,
                        std::string_view where);
IdxArray read_idx_labels(const std::filesystem::path& path, std::size_t dimensions,
                         std::string_view where);

}  // namespace gril

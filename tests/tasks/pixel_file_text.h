#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gril {

/// What the files of images hold, for tests that write some.

inline std::string idx(const std::vector<int64_t>& sizes, const std::string& numbers) {
  std::string bytes = {0, 0, 8, static_cast<char>(sizes.size())};
  for (const int64_t size : sizes) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(size >> shift);
  }
  return bytes + numbers;
}

/// `count` images of 2 x 3; pixel p of image i is 10 i + p.
inline std::string images_text(int64_t count, int64_t rows = 2, int64_t columns = 3) {
  std::string numbers;
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t p = 0; p < rows * columns; ++p) numbers += static_cast<char>(10 * i + p);
  }
  return idx({count, rows, columns}, numbers);
}

/// Image i has the label i mod 10.
inline std::string labels_text(int64_t count) {
  std::string numbers;
  for (int64_t i = 0; i < count; ++i) numbers += static_cast<char>(i % 10);
  return idx({count}, numbers);
}

/// A record of a label and planes of 1,024 bytes: byte p of plane c is 50 c + p mod 50.
inline std::string record(int label, int planes) {
  std::string bytes(1, static_cast<char>(label));
  for (int c = 0; c < planes; ++c) {
    for (int p = 0; p < 1024; ++p) bytes += static_cast<char>(50 * c + p % 50);
  }
  return bytes;
}

}  // namespace gril

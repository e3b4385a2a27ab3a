#pragma once

#include <cstdint>
#include <vector>

namespace gril {

/// A place, or a way from one place to another, in whole pixels.
struct Pixel {
  int64_t row = 0;
  int64_t column = 0;

  bool operator==(const Pixel&) const = default;
  auto operator<=>(const Pixel&) const = default;
  Pixel operator+(const Pixel& way) const { return {row + way.row, column + way.column}; }
};

/// Numbers of a square of pixels.
template <typename Number>
struct SquareGrid {
  explicit SquareGrid(int64_t pixels, Number fill = 0)
      : size(pixels), values(static_cast<std::size_t>(pixels * pixels), fill) {}

  bool contains(const Pixel& pixel) const {
    return pixel.row >= 0 && pixel.row < size && pixel.column >= 0 && pixel.column < size;
  }
  Number& operator[](const Pixel& pixel) {
    return values[static_cast<std::size_t>(pixel.row * size + pixel.column)];
  }
  Number operator[](const Pixel& pixel) const {
    return values[static_cast<std::size_t>(pixel.row * size + pixel.column)];
  }

  int64_t size;
  std::vector<Number> values;  ///< (size, size), row-major
};

using ByteGrid = SquareGrid<uint8_t>;

}  // namespace gril

#include "gril/synthetic_data/grid_drawing.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace gril {
namespace {

void set(ByteGrid& grid, const Pixel& pixel) {
  if (grid.contains(pixel)) grid[pixel] = kFull;
}

/// k m / n to the nearest whole number, halves away from 0; n > 0.
int64_t share(int64_t k, int64_t m, int64_t n) {
  const int64_t rounded = (2 * k * std::abs(m) + n) / (2 * n);
  return m < 0 ? -rounded : rounded;
}

void draw_thin_line(ByteGrid& grid, const Pixel& start, const Pixel& way) {
  const int64_t steps = std::max<int64_t>(1, std::max(std::abs(way.row), std::abs(way.column)));
  for (int64_t k = 0; k <= steps; ++k) {
    set(grid, start + Pixel{share(k, way.row, steps), share(k, way.column, steps)});
  }
}

void draw_wide_line(ByteGrid& grid, const Pixel& start, const Pixel& way, int64_t width) {
  const int64_t square = way.row * way.row + way.column * way.column;
  for (int64_t row = 0; row < grid.size; ++row) {
    for (int64_t column = 0; column < grid.size; ++column) {
      const Pixel to{row - start.row, column - start.column};
      const int64_t along = to.row * way.row + to.column * way.column;
      // Twice the distance from the line, times its length.
      const int64_t across = 2 * (to.row * way.column - to.column * way.row);
      const bool beside = across * across > width * width * square ||
                          (across < 0 && across * across == width * width * square);
      if (along >= 0 && along <= square && !beside) set(grid, {row, column});
    }
  }
}

}  // namespace

void draw_line(ByteGrid& grid, const Pixel& start, const Pixel& end, int64_t width) {
  const Pixel way{end.row - start.row, end.column - start.column};
  if (width == 1) {
    draw_thin_line(grid, start, way);
  } else {
    draw_wide_line(grid, start, way, width);
  }
}

void draw_disc(ByteGrid& grid, const Pixel& centre, double radius) {
  const auto reach = static_cast<int64_t>(std::floor(radius));
  for (const Pixel& way : disc_ways(reach + 1)) {
    const auto square = static_cast<double>(way.row * way.row + way.column * way.column);
    if (square <= radius * radius) set(grid, centre + way);
  }
}

std::vector<Pixel> disc_ways(int64_t radius) {
  std::vector<Pixel> ways;
  for (int64_t row = -radius; row <= radius; ++row) {
    for (int64_t column = -radius; column <= radius; ++column) {
      if (row * row + column * column <= radius * radius) ways.push_back({row, column});
    }
  }
  return ways;
}

uint8_t largest_around(const ByteGrid& grid, const Pixel& pixel, const std::vector<Pixel>& ways) {
  uint8_t largest = 0;
  for (const Pixel& way : ways) {
    if (grid.contains(pixel + way)) largest = std::max(largest, grid[pixel + way]);
    if (largest == kFull) break;
  }
  return largest;
}

ByteGrid dilated(const ByteGrid& grid, const std::vector<Pixel>& ways) {
  ByteGrid result(grid.size);
  for (int64_t row = 0; row < grid.size; ++row) {
    for (int64_t column = 0; column < grid.size; ++column) {
      result[{row, column}] = largest_around(grid, {row, column}, ways);
    }
  }
  return result;
}

}  // namespace gril

#pragma once

#include <vector>

#include "gril/synthetic_data/square_grid.h"

namespace gril {

/// The largest byte.
inline constexpr uint8_t kFull = 255;

/// Sets the pixels of a straight line to kFull. A line of one pixel has one per step along its
/// longer axis (Bresenham); a wider one is a rectangle of `width` pixels across, with flat ends.
/// Start and end differ. Pixels outside are left out.
void draw_line(ByteGrid& grid, const Pixel& start, const Pixel& end, int64_t width);

/// Sets the pixels within `radius` of the centre to kFull.
void draw_disc(ByteGrid& grid, const Pixel& centre, double radius);

/// The ways from the centre of a disc to its pixels.
std::vector<Pixel> disc_ways(int64_t radius);

/// The largest number at `pixel` and the given ways from it, those inside the grid; 0 for none.
uint8_t largest_around(const ByteGrid& grid, const Pixel& pixel, const std::vector<Pixel>& ways);

/// largest_around at every pixel.
ByteGrid dilated(const ByteGrid& grid, const std::vector<Pixel>& ways);

}  // namespace gril

#pragma once

#include "gril/synthetic_data/square_grid.h"

namespace gril {

/// A square of bytes made smaller by the Lanczos filter of three lobes, to the byte as Pillow's
/// resize(…, LANCZOS) does it (python-pillow, Resample.c): first the rows, then the columns, each
/// time rounded to bytes; weights in fixed point of 22 bits.
///
/// size   of the result, in [1, grid.size]
/// cost   6 (grid.size / size) products per pixel of the two passes
ByteGrid lanczos_shrink(const ByteGrid& grid, int64_t size);

}  // namespace gril

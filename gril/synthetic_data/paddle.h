#pragma once

#include <cstdint>
#include <map>

#include "gril/synthetic_data/square_grid.h"

namespace gril {

/// Paddles are drawn this many times larger and then shrunk.
inline constexpr int64_t kPaddleScale = 2;

/// The pixel that lies `distance` from `start` along `angle`, each coordinate rounded up. What is
/// whole but for rounding (to 1e-9: sin 30 degrees times 2) counts as whole.
Pixel moved(const Pixel& start, double angle, double distance);

/// Sizes of a paddle in pixels.
struct PaddleShape {
  int64_t length = 2;
  double thickness = 0.5;  ///< a multiple of 1 / kPaddleScale
  int64_t margin = 1;      ///< what its mask keeps free around it

  /// Of the square that a paddle is drawn on, without its central pixel.
  int64_t half_width() const;
};

/// A short straight line that begins at the centre of a square, and what it occupies.
struct Paddle {
  ByteGrid image;  ///< brightness, 255 is full
  ByteGrid mask;   ///< the line made wider by the margin, 255 is occupied
};

/// The paddle along an angle: the line is drawn kPaddleScale times larger, made wider by a disc for
/// the mask, and both are shrunk (lanczos_shrink).
Paddle draw_paddle(const PaddleShape& shape, double angle);

/// The paddles of one shape. Angles whose enlarged line ends at one pixel share a paddle, so that
/// each of a hundred or so is drawn once.
class PaddleCache {
 public:
  explicit PaddleCache(const PaddleShape& shape) : shape_(shape) {}

  const PaddleShape& shape() const { return shape_; }
  /// Valid as long as the cache.
  const Paddle& along(double angle);

 private:
  PaddleShape shape_;
  std::map<Pixel, Paddle> paddles_;  ///< by the end of the enlarged line, seen from its start
};

}  // namespace gril

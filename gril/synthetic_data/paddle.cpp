#include "gril/synthetic_data/paddle.h"

#include <cmath>

#include "gril/synthetic_data/angles.h"
#include "gril/synthetic_data/grid_drawing.h"
#include "gril/synthetic_data/lanczos_shrink.h"

namespace gril {
namespace {

/// From the start of the enlarged line to its end.
Pixel enlarged_way(const PaddleShape& shape, double angle) {
  return moved({0, 0}, angle, static_cast<double>(shape.length * kPaddleScale));
}

}  // namespace

Pixel moved(const Pixel& start, double angle, double distance) {
  constexpr double kWhole = 1e-9;
  const double rows = std::ceil(distance * sine(angle) - kWhole);
  const double columns = std::ceil(distance * cosine(angle) - kWhole);
  return start + Pixel{static_cast<int64_t>(rows), static_cast<int64_t>(columns)};
}

int64_t PaddleShape::half_width() const {
  return length + static_cast<int64_t>(std::ceil(thickness)) + margin;
}

Paddle draw_paddle(const PaddleShape& shape, double angle) {
  const int64_t half = shape.half_width();
  const Pixel centre{half * kPaddleScale, half * kPaddleScale};
  ByteGrid line(2 * half * kPaddleScale + 1);
  draw_line(line, centre, centre + enlarged_way(shape, angle),
            static_cast<int64_t>(std::round(shape.thickness * kPaddleScale)));
  const ByteGrid wide = dilated(line, disc_ways(shape.margin * kPaddleScale));
  return {lanczos_shrink(line, 2 * half + 1), lanczos_shrink(wide, 2 * half + 1)};
}

const Paddle& PaddleCache::along(double angle) {
  const Pixel way = enlarged_way(shape_, angle);
  const auto found = paddles_.find(way);
  if (found != paddles_.end()) return found->second;
  return paddles_.emplace(way, draw_paddle(shape_, angle)).first->second;
}

}  // namespace gril

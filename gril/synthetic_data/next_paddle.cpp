#include "gril/synthetic_data/next_paddle.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "gril/synthetic_data/angles.h"
#include "gril/synthetic_data/grid_drawing.h"

namespace gril {
namespace {

double turn(double from, double to) {
  const double difference = std::abs(to - from);
  return std::min(difference, std::abs(2.0 * kPi - difference));
}

}  // namespace

std::vector<CirclePixel> paddle_circle(const PaddleShape& paddle) {
  const auto radius = static_cast<double>(paddle.length + paddle.margin);
  std::set<Pixel> ways;
  for (int64_t k = 0; static_cast<double>(k) < 2.0 * kPi * radius; ++k) {
    const double angle = static_cast<double>(k) / radius;
    ways.insert({static_cast<int64_t>(std::floor(radius * sine(angle))),
                 static_cast<int64_t>(std::floor(radius * cosine(angle)))});
  }
  std::vector<CirclePixel> circle;
  for (const Pixel& way : ways) {
    circle.push_back(
        {way, angle_of(static_cast<double>(way.row), static_cast<double>(way.column))});
  }
  return circle;
}

std::vector<PaddleEnd> next_paddle_ends(const std::vector<CirclePixel>& circle, const Pixel& pivot,
                                        double last_angle, const ByteGrid& mask, int64_t margin,
                                        double continuity) {
  constexpr double kLeast = 1e-4;
  const std::vector<Pixel> ways = disc_ways(margin);
  std::vector<PaddleEnd> ends;
  double total = 0.0;
  for (const auto& [way, angle] : circle) {
    const Pixel pixel = pivot + way;
    const double weakened = continuity * turn(last_angle, angle);
    if (!mask.contains(pixel) || weakened >= kPi / 2.0) continue;
    const double straight = cosine(weakened);
    const double free = static_cast<double>(kFull - largest_around(mask, pixel, ways)) / kFull;
    ends.push_back({pixel, angle, free * straight * straight});
    total += ends.back().weight;
  }
  if (total < kLeast) ends.clear();
  return ends;
}

}  // namespace gril

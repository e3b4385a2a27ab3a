#include "gril/synthetic_data/angles.h"

#include <cmath>
#include <cstdint>

namespace gril {
namespace {

/// The Taylor series that begins with `term` and the next power `power`, for |x| <= pi / 4.
double series(double term, double x, int power) {
  double sum = 0.0;
  for (int i = 0; i < 9; ++i, power += 2) {
    sum += term;
    term *= -x * x / (power * (power + 1));
  }
  return sum;
}

/// sin(angle + quarters pi / 2).
double turned_sine(double angle, int64_t quarters) {
  const double nearest = std::floor(angle / (kPi / 2.0) + 0.5);
  const double rest = angle - nearest * (kPi / 2.0);
  // & 3: the remainder of 4 that is not negative.
  const int64_t quarter = (static_cast<int64_t>(nearest) + quarters) & 3;
  const double value = quarter % 2 == 0 ? series(rest, rest, 2) : series(1.0, rest, 1);
  return quarter < 2 ? value : -value;
}

}  // namespace

double sine(double angle) { return turned_sine(angle, 0); }
double cosine(double angle) { return turned_sine(angle, 1); }

double angle_of(double rows, double columns) {
  const double distance = std::sqrt(rows * rows + columns * columns);
  double angle = columns < 0.0 ? kPi : 0.0;
  if (std::abs(rows) > std::abs(columns)) angle = kPi / 2.0;
  if (rows < 0.0) angle = -angle;
  // The sine of what is missing is less than that by its third power: 0.8, 0.08, 1e-4, 1e-13, 0.
  for (int i = 0; i < 5; ++i) {
    angle += (rows * cosine(angle) - columns * sine(angle)) / distance;
  }
  return angle;
}

}  // namespace gril

#pragma once

namespace gril {

/// Sine, cosine and arc tangent from sums, products and quotients alone, which IEEE 754 fixes to
/// the last bit; those of the C library differ between machines, and generated data would with
/// them. Angles are in radians.

inline constexpr double kPi = 3.14159265358979323846;

/// sin(angle), cos(angle) for |angle| <= 1000, within 1e-13.
double sine(double angle);
double cosine(double angle);

/// The angle in [-pi, pi] that moves by `rows` rows and `columns` columns: rows = r sin, columns =
/// r cos. Not both may be 0.
double angle_of(double rows, double columns);

}  // namespace gril

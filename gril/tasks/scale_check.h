#pragma once

namespace gril {

/// What a task draws, or divides its data by, has a scale between these: float32 holds it, its
/// products and their squares.
inline constexpr double kLeastScale = 1e-9;
inline constexpr double kLargestScale = 1e9;

/// Errors: InvalidArgument "[where] name must lie in [1e-09, 1e+09] …".
void check_scale(double scale, const char* name, const char* where);

}  // namespace gril

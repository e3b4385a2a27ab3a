#pragma once

#include <c10/core/ScalarType.h>
#include <c10/util/Exception.h>

/// The one table of tolerances. An error is RMS(actual - expected) / RMS(expected).
namespace gril::testing {

/// Central differences in float64 lose half of the digits: step 1e-5, error of second order.
constexpr double kGradientCheckTolerance = 1e-7;

/// How far an operator or layer may be from its float64 reference.
inline double tolerance_of(c10::ScalarType type) {
  switch (type) {
    case c10::ScalarType::Double:
    case c10::ScalarType::ComplexDouble:
      return 1e-12;
    case c10::ScalarType::Float:
    case c10::ScalarType::ComplexFloat:
      return 1e-5;
    case c10::ScalarType::BFloat16:
      return 4e-2;
    default:
      TORCH_CHECK_VALUE(false, "[tolerance] no tolerance for dtype ", type);
  }
}

}  // namespace gril::testing

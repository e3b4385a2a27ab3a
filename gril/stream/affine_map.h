#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "gril/stream/window_map.h"

namespace gril::stream {

/// y = A x + b; no b stands for zeros.
struct AffineMap {
  WindowMap map;             ///< A
  std::vector<double> bias;  ///< b, or empty

  void apply(const double* x, double* y) const {
    if (bias.empty()) {
      std::fill_n(y, map.rows(), 0.0);
    } else {
      std::copy(bias.begin(), bias.end(), y);
    }
    map.add_to(x, y);
  }
};

}  // namespace gril::stream

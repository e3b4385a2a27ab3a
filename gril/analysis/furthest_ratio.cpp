#include "gril/analysis/furthest_ratio.h"

#include <cmath>

namespace gril {

double furthest_ratio(const std::vector<double>& ratios) {
  double furthest = 1.0;
  for (const double ratio : ratios) {
    if (std::abs(ratio - 1.0) > std::abs(furthest - 1.0)) furthest = ratio;
  }
  return furthest;
}

}  // namespace gril

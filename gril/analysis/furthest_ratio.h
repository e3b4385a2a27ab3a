#pragma once

#include <vector>

namespace gril {

/// The ratio furthest from 1, by |ratio - 1|; 1 where there are none. It says how closely one loss
/// follows another over a whole sweep, with the side on which it leaves it.
double furthest_ratio(const std::vector<double>& ratios);

}  // namespace gril

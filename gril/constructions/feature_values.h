#pragma once

#include <span>

#include "gril/constructions/feature_map.h"
#include "gril/constructions/sized_numbers.h"

namespace gril {

/// φ(x) by its definition, in long double: no layer takes part. input: x, (d).
SizedNumbers feature_values(const FeatureMap& map, std::span<const double> input);

}  // namespace gril

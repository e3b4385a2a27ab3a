#pragma once

#include <cstdint>
#include <vector>

#include "gril/constructions/gradient_descent_claim.h"

namespace gril::testing {

/// Different rates, so that a step that is missing or taken twice shows.
std::vector<double> different_rates(int64_t steps);

/// The claim with random W_0, or as it is.
GradientDescentClaim from_weights(GradientDescentClaim claim, bool from_zero);

/// The largest relative error of the certificate, which must hold.
double certified_error(const GradientDescentClaim& claim);

}  // namespace gril::testing

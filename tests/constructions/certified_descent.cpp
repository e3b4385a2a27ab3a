#include "tests/constructions/certified_descent.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/constructions/certificate.h"
#include "gril/constructions/gradient_descent_as_gril.h"

namespace gril::testing {

std::vector<double> different_rates(int64_t steps) {
  std::vector<double> rates;
  for (int64_t k = 0; k < steps; ++k) rates.push_back(0.4 + 0.3 * static_cast<double>(k % 3));
  return rates;
}

GradientDescentClaim from_weights(GradientDescentClaim claim, bool from_zero) {
  if (!from_zero) {
    claim.initial_weights = random_initial_weights(claim.outputs, claim.weight_columns(), 1);
  }
  return claim;
}

double certified_error(const GradientDescentClaim& claim) {
  const Certificate certificate =
      certify(gradient_descent_as_gril(claim, 1.0, at::kDouble), {.trials = 5}, "test");
  EXPECT_TRUE(certificate.holds) << to_text(certificate);
  return certificate.errors.max_rel_error;
}

}  // namespace gril::testing

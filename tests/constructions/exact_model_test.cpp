#include "gril/constructions/exact_model.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

TEST(ExactModel, AWeightBeyondFloat32IsRefused) {
  const GradientDescentClaim claim = {.inputs = 4, .outputs = 2, .learning_rates = {1e42}};
  EXPECT_TRUE(gradient_descent_as_gril(claim, 1.0, at::kDouble).model);
  EXPECT_EQ(error_text<InvalidArgument>([&] { gradient_descent_as_gril(claim, 1.0, at::kFloat); }),
            "[construction] layer 0: readout must fit float32; got 1e+41. Use float64, or smaller "
            "learning rates and weights.");
}

}  // namespace
}  // namespace gril

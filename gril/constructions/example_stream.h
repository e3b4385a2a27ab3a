#pragma once

#include <cstdint>
#include <vector>

#include "gril/constructions/example_window.h"
#include "gril/constructions/gradient_descent_claim.h"

namespace gril {

/// What the layers of a construction stand on: the tokens of a claim, or layers that compute the
/// features of their inputs.
struct ExampleStream {
  std::vector<ExactLayer> layers;  ///< none without features
  ExampleWindow window;            ///< of the stream behind them; inputs and query are (P, width)
  int64_t width = 0;               ///< features of the stream
  int64_t first_marker = 0;        ///< the first of them that marks the segment
};

/// Features: a linear layer adds P channels of zeros behind the token (2 P for windowed tokens,
/// which hold two inputs), and a residual perceptron writes φ of the token's inputs there. A token
/// that holds a target gets features as well; no window looks at them.
/// Errors: as check(claim) and example_window.
ExampleStream example_stream(const GradientDescentClaim& claim);

}  // namespace gril

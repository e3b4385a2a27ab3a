#pragma once

#include <cstdint>
#include <vector>

#include "gril/constructions/gradient_descent_claim.h"
#include "gril/models/sequence_model.h"

/// Causal gradient descent on the squared loss by its definition: what the constructions must
/// equal.
namespace gril::testing {

/// W_K x for the query behind the first `examples` of a context: every step adds up the gradient of
/// every one of them. inputs: (N+1, d), targets: (N, m).
std::vector<double> descended_prediction(const GradientDescentClaim& claim, const double* inputs,
                                         const double* targets, int64_t examples);

/// Expects the model to predict so after every example of a prompt, to 1e-12.
void expect_descent_at_every_prefix(const GradientDescentClaim& claim, const SequenceModel& model);

}  // namespace gril::testing

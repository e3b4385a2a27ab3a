#pragma once

#include <vector>

#include "gril/constructions/exact_model.h"
#include "gril/constructions/gradient_descent_claim.h"

namespace gril {

/// The layers of two steps of gradient descent on least squares from three states over the same
/// tokens, exact after every example. Source: the first version of Learning in the Recurrent State
/// (arXiv 2410.11687), whose weight is Z1 + Z1 Z2 + Z3; there Z1 is the state at the end, here
/// every state is the running one, so the layers are causal. Any W_0 is our own.
///
/// With A_i = Σ_{j≤i} λ^{i-j} x_j x_jᵀ, R_i = Σ_{j≤i} λ^{i-j} (y_j - W_0 x_j) x_jᵀ and a_k = η_k/N,
///     (W_2 - W_0) x = a_1 R_i (x - a_2 A_i x) + a_2 R_i x.
///
/// layer        state   value           key   query        gives
/// linear                                                  d channels of zeros behind the token
/// residual     Z2      x_j             x_j   x            A_i x into them
/// GrilLayer    Z1      y_j - W_0 x_j   x_j   x - a_2 A_i x    a_1 R_i times the query
///              Z3      y_j - W_0 x_j   x_j   x            a_2 R_i x, and W_0 x
/// Z1 and Z3 are two heads. Each state has a decay, window maps and a readout of its own: trained,
/// the three reach any α R + β R A.
///
/// State: d² + 2 m·d numbers and the windows.
/// Errors: InvalidArgument, see check(claim).
std::vector<ExactLayer> sub_layers_stack(const GradientDescentClaim& claim);

}  // namespace gril

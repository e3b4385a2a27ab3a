#pragma once

#include <vector>

#include "gril/constructions/exact_model.h"
#include "gril/constructions/gradient_descent_claim.h"

namespace gril {

/// The layers of K steps of gradient descent on least squares, exact after every example: one
/// residual GrilLayer per step between two linear layers. Source: Learning in the Recurrent State
/// (arXiv 2410.11687), multi-step updates; the stack is our own.
///
/// The examples stay as they are, and the query descends through the steps, the last one first.
/// With A_i = Σ_{j≤i} λ^{i-j} x_j x_jᵀ and R_i = Σ_{j≤i} λ^{i-j} (y_j - W_0 x_j) x_jᵀ,
///     (W_K - W_0) x = R_i Σ_k (η_k/N) q_k,   q_K = x,  q_{k-1} = q_k - (η_k/N) A_i q_k
/// because W_k - W_0 = (W_{k-1} - W_0)(I - (η_k/N) A_i) + (η_k/N) R_i. A stack that moves the
/// residuals of the examples instead is not causal: each of them would have to see the whole sum.
/// A normalised claim has c_i in place of N: the layers divide what they read from A_i and R_i by
/// it.
///
/// Channels behind the token: q (d), starts as the query; c (d), starts at 0; p (m), starts as
/// W_0 x.
/// layer            value               key   query           adds
/// linear                                                     the channels
/// step k = K … 2   x_j                 x_j   q               c: (η_k/N) q,  q: -(η_k/N) A_i q
/// step 1           y_j - W_0 x_j       x_j   c + (η_1/N) q   p: R_i (c + (η_1/N) q)
/// linear                                                     reads p
///
/// With features, φ(x) stands for x and the layers stand behind those of example_stream.h.
///
/// State: d² numbers for every step but the first, m·d for that one, and the windows.
/// Errors: InvalidArgument for constructed tokens; see check(claim).
std::vector<ExactLayer> gradient_descent_stack(const GradientDescentClaim& claim);

}  // namespace gril

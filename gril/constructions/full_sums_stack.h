#pragma once

#include <vector>

#include "gril/constructions/exact_model.h"
#include "gril/constructions/gradient_descent_claim.h"

namespace gril {

/// The layers of K steps of descent on the whole context, exact at the last token: one residual
/// bidirectional stack per step between two linear layers. Either loss, any W_0. Source: Learning
/// in the Recurrent State (arXiv 2410.11687), multi-step updates, in the form of Transformers learn
/// in-context by gradient descent (arXiv 2212.07677): the examples carry what the weights of the
/// latest step predict for them.
///
/// Every token carries h = W_k x for its own input and h' = W_k x' for the next query, at first
/// from W_0. With p = h, or softmax(h) for the cross-entropy, a step computes
///     S = Σ_{j ≤ N} (y_j - p_j) x_jᵀ,     h += (η/N) S x,   h' += (η/N) S x'
/// at every token, earlier ones included: each must see the sum over all of them.
///
/// layers of a step      adds
/// residual perceptron   softmax(h) to the probabilities (cross-entropy only), inside the step
/// bidirectional         a GrilLayer with its token and one from the end, strict: the whole sum
/// once linear                the sum of the two
///
/// With a causal scan in its place a token would see the sum of those before it, and the second
/// step would not be one of descent. Only windowed tokens: in the others the query has a token of
/// its own and would count as an example.
///
/// Not causal: see gril/models/bidirectional.h.
/// Errors: InvalidArgument, see check(claim).
std::vector<ExactLayer> full_sums_stack(const GradientDescentClaim& claim);

}  // namespace gril

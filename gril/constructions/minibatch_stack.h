#pragma once

#include <vector>

#include "gril/constructions/exact_model.h"
#include "gril/constructions/gradient_descent_claim.h"

namespace gril {

/// The layers of K steps of minibatch descent in one causal pass, exact after every example: one
/// residual stack per step between two linear layers. Either loss, any W_0. Source: Learning in the
/// Recurrent State (arXiv 2410.11687), minibatches; the layers are our own.
///
/// The tokens come in K segments B_1 … B_K, one minibatch each, and carry the marker of theirs
/// (gril/base/example_segments.h). Every token carries h, what the weights predict for its input x,
/// at first W_0 x. With p = h, or softmax(h) for the cross-entropy, step k computes
///     S = Σ_{j ∈ B_k so far} (y_j - p_j) x_jᵀ,     h += (η_k/|B_k|) S x.
/// Tokens of B_{k+1} come when S is complete, so they hold W_k x exactly, and step k+1 starts
/// there.
///
/// layers of a step                adds
/// residual gated linear unit      x times the marker of B_k to the gated channels
/// residual perceptron             softmax(h) to the probabilities (cross-entropy only)
/// GrilLayer                       (η_k/|B_k|) S x to h; and S x' to the prediction for the next
///                                 query x' (windowed tokens, a second head)
/// Gated channels and probabilities live inside the step: the stream between the steps holds zeros.
/// A single minibatch needs no marker and no gate.
///
/// State: d·m numbers per step, twice that for windowed tokens, and the windows.
/// Errors: InvalidArgument, see check(claim).
std::vector<ExactLayer> minibatch_stack(const GradientDescentClaim& claim);

}  // namespace gril

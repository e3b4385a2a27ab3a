#pragma once

#include <vector>

#include "gril/constructions/exact_model.h"
#include "gril/constructions/gradient_descent_claim.h"

namespace gril {

/// The layers of one step of gradient descent on the cross-entropy, exact after every example.
/// Source: Learning in the Recurrent State (arXiv 2410.11687), classification; the layers are our
/// own. With p_j = softmax(W_0 x_j) and y_j one-hot,
///     W_1 = W_0 + (η/N) Σ_{j≤i} λ^{i-j} (y_j - p_j) x_jᵀ,
/// and the output is the logits W_1 x.
///
/// From W_0 = 0 every p_j is 1/m, the value (I - 11ᵀ/m) y_j is linear in the token, and one
/// GrilLayer is enough. From any other W_0 three layers: a linear one adds m channels, a residual
/// perceptron with softmax writes p of each token into them, and the GrilLayer takes the values y_j
/// - p_j.
///
/// With features, φ(x) stands for x and the layers stand behind those of example_stream.h.
///
/// Errors: InvalidArgument, see check(claim).
std::vector<ExactLayer> classification_step(const GradientDescentClaim& claim);

}  // namespace gril

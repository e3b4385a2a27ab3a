#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/base/token_layout.h"
#include "gril/constructions/descent_route.h"
#include "gril/constructions/feature_map.h"

namespace gril {

/// What descent makes small.
enum class DescentLoss {
  kSquared,       ///< "squared": ½ |W x - y|²
  kCrossEntropy,  ///< "cross-entropy": -log softmax(W x)[class], y one-hot; the outputs are logits
};

/// squared, cross-entropy.
const std::vector<std::string>& descent_loss_names();
std::string descent_loss_name(DescentLoss loss);
/// Errors: InvalidArgument naming the nearest loss.
DescentLoss descent_loss_from_name(const std::string& name);

/// Gradient descent in context, as a claim that a model can make.
///
/// Loss of the first i of N examples, ℓ one of DescentLoss, and K steps of descent from W_0:
///     L_i(W) = 1/c_i Σ_{j≤i} λ^{i-j} ℓ(W x_j, y_j)
///     W_k = W_{k-1} - η_k ∇L_i(W_{k-1}),  k = 1 … K
/// Prediction for the next query x after i examples:
///     ŷ_i = W_K x
/// With c_i = N, at i = N these are steps of sizes η_k; before, the same steps on the shorter
/// context. By the causal route c_i can be counted on the way, and N then means nothing. With
/// c_i = Σ_{j≤i} λ^{i-j} (count) they are steps on the mean loss of any number of examples. With
/// c_i = Σ_{j≤i} λ^{i-j} |x_j|² (power) the Hessian of the squared loss has trace 1, so that no
/// eigenvalue passes 1, whatever the inputs.
///
/// route        i         steps, loss and layout
/// causal       1 … N     any number on the squared loss, one on the cross-entropy; constructed
///                        tokens: one step from W_0 = 0
/// sub-layers   1 … N     two on the squared loss; not constructed
/// full-sums    N         any number on either loss; λ = 1; windowed
/// minibatches  1 … N     step k takes the loss of segment k alone (gril/base/example_segments.h),
///                        with 1/|B_k| for 1/N: after i examples the segments seen so far, the last
///                        of them as far as it goes. Either loss; λ = 1; K ≤ N; not constructed;
///                        the tokens carry the marker of their segment
///
/// With features, φ(x) stands for x everywhere and W is (m, P); pairs, windowed or interleaved.
struct GradientDescentClaim {
  DescentLoss loss = DescentLoss::kSquared;
  TokenLayout layout = TokenLayout::kWindowed;
  int64_t inputs = 10;                         ///< d
  int64_t outputs = 1;                         ///< m
  int64_t examples = 10;                       ///< N
  std::vector<double> learning_rates = {1.0};  ///< η_1 … η_K, finite; one per step
  double decay = 1.0;                          ///< λ in (0, 1]
  std::vector<double> initial_weights = {};    ///< W_0 (m, d), row-major; empty stands for zero
  DescentRoute route = DescentRoute::kCausal;
  FeatureMap features = {};
  std::string normalisation = "none";  ///< c_i: "none" (N), "count" or "power"

  bool starts_from_zero() const { return initial_weights.empty(); }
  int64_t steps() const { return static_cast<int64_t>(learning_rates.size()); }  ///< K
  /// Columns of W: P, or d without features.
  int64_t weight_columns() const { return features.is_identity() ? inputs : features.size; }
  /// K for minibatches, otherwise 1.
  int64_t segments() const { return route == DescentRoute::kMinibatches ? steps() : 1; }
  /// η_k over what is known of c_i beforehand: N, or 1 where it is counted. k = 1 … K
  double step_factor(int64_t k) const;
};

/// Errors: InvalidArgument "[gradient_descent] …" for sizes outside the layout, no learning rate or
/// one that is not finite, a decay outside (0, 1], W_0 of the wrong size, cross-entropy of one
/// output, a route that cannot take the steps (the table above says which can), W_0 or several
/// steps with constructed tokens (they show only the products x·y, and neither W_0 x_1 nor x_1 x_1ᵀ
/// can be computed), features where a token without an input would show φ(0), normalisation by
/// another route than the causal one, by the count where a layer also updates between examples
/// (blocks, interleaved), and by the power where tokens do not show x (constructed).
void check(const GradientDescentClaim& claim);

/// Features of a token, its marker included.
int64_t token_width(const GradientDescentClaim& claim);

/// The claim in words.
std::string sentence(const GradientDescentClaim& claim);

/// The claim as it is stored in a model, and back. Without "route" it is read as causal, without
/// "features" as φ(x) = x, without "normalisation" as none.
/// Errors: InvalidArgument for missing or unknown keys and values outside their range.
Json to_json(const GradientDescentClaim& claim, double tolerance);
GradientDescentClaim read_gradient_descent_claim(const Json& claim, const std::string& where);

}  // namespace gril

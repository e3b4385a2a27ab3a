// A claim of gradient descent in words.
#include <algorithm>

#include "gril/base/check.h"
#include "gril/constructions/gradient_descent_claim.h"

namespace gril {
namespace {

/// "learning rate 2", "learning rates 1, 2".
std::string rates_in_words(const std::vector<double>& rates) {
  const bool shared =
      std::all_of(rates.begin(), rates.end(), [&](double rate) { return rate == rates.front(); });
  if (shared) return concatenate("learning rate ", rates.front());
  std::string text;
  for (const double rate : rates)
    text += concatenate(text.empty() ? "learning rates " : ", ", rate);
  return text;
}

/// What descends, and what it is divided by.
std::string loss_in_words(const GradientDescentClaim& claim) {
  const std::string loss = claim.loss == DescentLoss::kSquared ? "squared loss" : "cross-entropy";
  if (claim.normalisation == "none") {
    return concatenate(loss, " of ", claim.examples, " context examples");
  }
  if (claim.normalisation == "count") return concatenate("mean ", loss, " of the context");
  return concatenate(loss, " of the context over the sum of its |x|^2");
}

std::string features_in_words(const FeatureMap& features) {
  if (features.is_identity()) return "";
  return concatenate(", ", features.size, " features of a ", features.activation, " network with ",
                     features.hidden_size, " hidden units");
}

/// Where the claim speaks, and what it says before the last example.
std::string validity_in_words(const GradientDescentClaim& claim) {
  const bool one = claim.steps() == 1;
  if (claim.normalisation != "none") return "; the same after any number of examples.";
  if (claim.route == DescentRoute::kFullSums) return "; after the last example.";
  if (claim.route == DescentRoute::kMinibatches && !one) {
    return "; after i examples the steps on the minibatches of these i, the last of them as far as "
           "it goes.";
  }
  return one ? "; after i examples a step on these i with the same factor learning_rate/N."
             : "; after i examples the steps on these i with the same factors learning_rate/N.";
}

}  // namespace

std::string sentence(const GradientDescentClaim& claim) {
  const bool one = claim.steps() == 1;
  std::string text = concatenate(
      one ? std::string("One step") : concatenate(claim.steps(), " steps"),
      " of gradient descent on the ", loss_in_words(claim), " (", claim.inputs, " inputs, ",
      claim.outputs, claim.outputs == 1 ? " output" : " outputs", ", ",
      token_layout_name(claim.layout), " tokens", features_in_words(claim.features), "), ",
      claim.segments() > 1 ? concatenate("one on each of ", claim.segments(), " minibatches, ")
                           : std::string(),
      rates_in_words(claim.learning_rates), ", from ",
      claim.starts_from_zero() ? "zero weights" : "given initial weights");
  if (claim.decay < 1.0) text += concatenate(", example i weighted by ", claim.decay, "^(N-i)");
  return text + validity_in_words(claim);
}

}  // namespace gril

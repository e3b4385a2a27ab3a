#include "gril/constructions/gradient_descent_claim.h"

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/nearest_word.h"
#include "gril/constructions/json_matrix.h"

namespace gril {
namespace {

constexpr const char* kWhere = "gradient_descent";

constexpr const char* kSquaredName = "squared";
constexpr const char* kCrossEntropyName = "cross-entropy";

void check_cross_entropy(const GradientDescentClaim& claim) {
  require(claim.outputs >= 2, kWhere, "cross-entropy needs at least 2 outputs, one per class; got ",
          claim.outputs, ".");
  require(claim.steps() == 1, kWhere,
          "cross-entropy allows one step: its gradient is not linear in the weights, and a causal "
          "stack of several steps needs that; got ",
          claim.steps(), " steps.");
}

/// What products x·y alone cannot tell.
void check_constructed_tokens(const GradientDescentClaim& claim) {
  require(claim.starts_from_zero(), kWhere,
          "constructed tokens cannot start from initial weights: they show the products x*y only, "
          "so no layer can subtract the prediction W0 x. Use windowed, pairs, blocks or "
          "interleaved.");
  require(claim.steps() == 1, kWhere,
          "constructed tokens allow one step: they show the products x*y only, so no layer can "
          "tell how the first step changed the prediction for x; got ",
          claim.steps(), " steps. Use windowed, pairs, blocks or interleaved.");
}

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

}  // namespace

const std::vector<std::string>& descent_loss_names() {
  static const std::vector<std::string> names = {kSquaredName, kCrossEntropyName};
  return names;
}

std::string descent_loss_name(DescentLoss loss) {
  return loss == DescentLoss::kSquared ? kSquaredName : kCrossEntropyName;
}

DescentLoss descent_loss_from_name(const std::string& name) {
  if (name == kSquaredName) return DescentLoss::kSquared;
  require(name == kCrossEntropyName, kWhere, "loss must be one of ",
          join_words(descent_loss_names()), "; got \"", name, "\".",
          suggestion(name, descent_loss_names()));
  return DescentLoss::kCrossEntropy;
}

void check(const GradientDescentClaim& claim) {
  token_shape(claim.layout, claim.inputs, claim.outputs);
  token_count(claim.layout, claim.examples);
  require(claim.steps() >= 1, kWhere, "learning_rates must hold one rate per step; got none.");
  for (const double rate : claim.learning_rates) {
    require(std::isfinite(rate), kWhere, "every learning rate must be finite; got ", rate, ".");
  }
  require(claim.decay > 0.0 && claim.decay <= 1.0, kWhere, "decay must lie in (0, 1]; got ",
          claim.decay, ".");
  if (claim.loss == DescentLoss::kCrossEntropy) check_cross_entropy(claim);
  if (claim.layout == TokenLayout::kConstructed) check_constructed_tokens(claim);
  require(claim.starts_from_zero() || claim.initial_weights.size() ==
                                          static_cast<std::size_t>(claim.outputs * claim.inputs),
          kWhere, "initial_weights must hold outputs * inputs = ", claim.outputs * claim.inputs,
          " numbers; got ", claim.initial_weights.size(), ".");
}

std::string sentence(const GradientDescentClaim& claim) {
  const bool one = claim.steps() == 1;
  std::string text = concatenate(
      one ? std::string("One step") : concatenate(claim.steps(), " steps"),
      " of gradient descent on the ",
      claim.loss == DescentLoss::kSquared ? "squared loss" : "cross-entropy", " of ",
      claim.examples, " context examples (", claim.inputs, " inputs, ", claim.outputs,
      claim.outputs == 1 ? " output" : " outputs", ", ", token_layout_name(claim.layout),
      " tokens), ", rates_in_words(claim.learning_rates), ", from ",
      claim.starts_from_zero() ? "zero weights" : "given initial weights");
  if (claim.decay < 1.0) text += concatenate(", example i weighted by ", claim.decay, "^(N-i)");
  return text + (one ? "; after i examples a step on these i with the same factor learning_rate/N."
                     : "; after i examples the steps on these i with the same factors "
                       "learning_rate/N.");
}

Json to_json(const GradientDescentClaim& claim, double tolerance) {
  const Json weights = claim.starts_from_zero()
                           ? Json(nullptr)
                           : matrix_to_json(claim.initial_weights, claim.inputs);
  return {{"algorithm", "gradient-descent"},
          {"loss", descent_loss_name(claim.loss)},
          {"layout", token_layout_name(claim.layout)},
          {"inputs", claim.inputs},
          {"outputs", claim.outputs},
          {"examples", claim.examples},
          {"learning_rates", claim.learning_rates},
          {"decay", claim.decay},
          {"initial_weights", weights},
          {"tolerance", tolerance}};
}

GradientDescentClaim read_gradient_descent_claim(const Json& claim, const std::string& where) {
  Json rest = claim;
  const Json weights = rest.value("initial_weights", Json(nullptr));
  rest.erase("initial_weights");
  ConfigSection section(rest, where, "gril_claim");
  for (const char* key : {"loss", "layout", "inputs", "outputs", "examples", "learning_rates",
                          "decay", "tolerance"}) {
    section.need(key);
  }
  section.choice("algorithm", "", {"gradient-descent"});
  section.number("tolerance", 0.0, 0.0);
  GradientDescentClaim read;
  read.loss = descent_loss_from_name(section.choice("loss", "", descent_loss_names()));
  read.layout = token_layout_from_name(section.choice("layout", "", token_layout_names()));
  read.inputs = section.integer("inputs", 1, 1);
  read.outputs = section.integer("outputs", 1, 1);
  read.examples = section.integer("examples", 1, 1);
  read.learning_rates = section.numbers("learning_rates", {});
  read.decay = section.number("decay", 1.0);
  section.finish();
  if (!weights.is_null()) {
    read.initial_weights =
        matrix_from_json(weights, read.outputs, read.inputs, kWhere, "initial_weights");
  }
  check(read);
  return read;
}

}  // namespace gril

#include "gril/constructions/gradient_descent_claim.h"

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/constructions/json_matrix.h"

namespace gril {
namespace {

constexpr const char* kWhere = "gradient_descent";

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

void check(const GradientDescentClaim& claim) {
  token_shape(claim.layout, claim.inputs, claim.outputs);
  token_count(claim.layout, claim.examples);
  require(claim.steps() >= 1, kWhere, "learning_rates must hold one rate per step; got none.");
  for (const double rate : claim.learning_rates) {
    require(std::isfinite(rate), kWhere, "every learning rate must be finite; got ", rate, ".");
  }
  require(claim.decay > 0.0 && claim.decay <= 1.0, kWhere, "decay must lie in (0, 1]; got ",
          claim.decay, ".");
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
      " of gradient descent on the squared loss of ", claim.examples, " context examples (",
      claim.inputs, " inputs, ", claim.outputs, claim.outputs == 1 ? " output" : " outputs", ", ",
      token_layout_name(claim.layout), " tokens), ", rates_in_words(claim.learning_rates),
      ", from ", claim.starts_from_zero() ? "zero weights" : "given initial weights");
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
          {"loss", "squared"},
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
  section.choice("loss", "", {"squared"});
  section.number("tolerance", 0.0, 0.0);
  GradientDescentClaim read;
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

#include "gril/constructions/gradient_descent_claim.h"

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/example_segments.h"
#include "gril/base/nearest_word.h"
#include "gril/constructions/json_matrix.h"
#include "gril/layers/running_divisor.h"

namespace gril {
namespace {

constexpr const char* kWhere = "gradient_descent";

constexpr const char* kSquaredName = "squared";
constexpr const char* kCrossEntropyName = "cross-entropy";

void check_causal(const GradientDescentClaim& claim) {
  require(claim.loss == DescentLoss::kSquared || claim.steps() == 1, kWhere,
          "the causal route takes one step on the cross-entropy: its gradient is not linear in the "
          "weights, and several steps of this route need that; got ",
          claim.steps(), " steps. Use the route full-sums or minibatches.");
}

void check_sub_layers(const GradientDescentClaim& claim) {
  require(claim.loss == DescentLoss::kSquared, kWhere,
          "the route sub-layers descends the squared loss: the gradient of the cross-entropy is no "
          "product of sums over the tokens. Use the route full-sums or minibatches.");
  require(claim.steps() == 2, kWhere,
          "the route sub-layers takes two steps, which its three states add up to; got ",
          claim.steps(), claim.steps() == 1 ? " step" : " steps", ". Use the route causal.");
}

void check_full_sums(const GradientDescentClaim& claim) {
  require(claim.layout == TokenLayout::kWindowed, kWhere,
          "the route full-sums needs windowed tokens; got ", token_layout_name(claim.layout),
          ": the query would have a token of its own, and a sum over all tokens would count it as "
          "an example.");
  require(claim.decay == 1.0, kWhere,
          "the route full-sums needs decay 1, so that every token sees the same sum; got ",
          claim.decay, ". Use the route causal.");
}

void check_minibatches(const GradientDescentClaim& claim) {
  require(claim.steps() <= claim.examples, kWhere,
          "the route minibatches needs an example for every step; got ", claim.steps(),
          " steps and ", claim.examples, claim.examples == 1 ? " example." : " examples.");
  require(claim.decay == 1.0, kWhere,
          "the route minibatches needs decay 1: the sum over a minibatch would fade while the next "
          "ones pass; got ",
          claim.decay, ". Use the route causal.");
}

void check_route(const GradientDescentClaim& claim) {
  switch (claim.route) {
    case DescentRoute::kCausal:
      return check_causal(claim);
    case DescentRoute::kSubLayers:
      return check_sub_layers(claim);
    case DescentRoute::kFullSums:
      return check_full_sums(claim);
    case DescentRoute::kMinibatches:
      return check_minibatches(claim);
  }
}

void check_features(const GradientDescentClaim& claim) {
  check(claim.features, claim.inputs);
  if (claim.features.is_identity()) return;
  require(claim.layout != TokenLayout::kConstructed, kWhere,
          "constructed tokens cannot have features: they show the products x*y only, not x. Use "
          "windowed, pairs or interleaved.");
  require(claim.layout != TokenLayout::kBlocks, kWhere,
          "blocks cannot have features: the token of a target holds no input, but its features "
          "phi(0) are not zero and would count as those of an example. Use windowed, pairs or "
          "interleaved.");
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
  require(claim.route == DescentRoute::kCausal, kWhere,
          "constructed tokens allow the route causal only; got ", descent_route_name(claim.route),
          ". Use windowed, pairs, blocks or interleaved.");
}

void check_normalisation(const GradientDescentClaim& claim) {
  const std::string& name = claim.normalisation;
  require(std::find(normalisation_names().begin(), normalisation_names().end(), name) !=
              normalisation_names().end(),
          kWhere, "normalisation must be one of ", join_words(normalisation_names()), "; got \"",
          name, "\".", suggestion(name, normalisation_names()));
  require(name == "none" || claim.route == DescentRoute::kCausal, kWhere, "normalisation ", name,
          " needs the route causal; got ", descent_route_name(claim.route), ".");
  const bool one_update_per_example =
      claim.layout != TokenLayout::kBlocks && claim.layout != TokenLayout::kInterleaved;
  require(name != "count" || one_update_per_example, kWhere,
          "normalisation count needs one update per example; got ", token_layout_name(claim.layout),
          " tokens, with which a layer also updates between examples. Use windowed, pairs or "
          "constructed, or normalisation power.");
  require(name != "power" || claim.layout != TokenLayout::kConstructed, kWhere,
          "normalisation power needs the inputs; got constructed tokens, which show the products "
          "x*y only. Use windowed, pairs, blocks or interleaved.");
}

}  // namespace

double GradientDescentClaim::step_factor(int64_t k) const {
  const double rate = learning_rates[static_cast<std::size_t>(k - 1)];
  return normalisation == "none" ? rate / static_cast<double>(examples) : rate;
}

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
  require(claim.loss == DescentLoss::kSquared || claim.outputs >= 2, kWhere,
          "cross-entropy needs at least 2 outputs, one per class; got ", claim.outputs, ".");
  if (claim.layout == TokenLayout::kConstructed) check_constructed_tokens(claim);
  check_features(claim);
  check_route(claim);
  check_normalisation(claim);
  const int64_t weights = claim.outputs * claim.weight_columns();
  require(
      claim.starts_from_zero() || claim.initial_weights.size() == static_cast<std::size_t>(weights),
      kWhere, "initial_weights must hold outputs * ",
      claim.features.is_identity() ? "inputs" : "features", " = ", weights, " numbers; got ",
      claim.initial_weights.size(), ".");
}

int64_t token_width(const GradientDescentClaim& claim) {
  return token_shape(claim.layout, claim.inputs, claim.outputs).width +
         marker_width(claim.segments());
}

Json to_json(const GradientDescentClaim& claim, double tolerance) {
  const Json weights = claim.starts_from_zero()
                           ? Json(nullptr)
                           : matrix_to_json(claim.initial_weights, claim.weight_columns());
  return {{"algorithm", "gradient-descent"},
          {"loss", descent_loss_name(claim.loss)},
          {"route", descent_route_name(claim.route)},
          {"layout", token_layout_name(claim.layout)},
          {"inputs", claim.inputs},
          {"outputs", claim.outputs},
          {"examples", claim.examples},
          {"learning_rates", claim.learning_rates},
          {"decay", claim.decay},
          {"initial_weights", weights},
          {"features", to_json(claim.features, claim.inputs)},
          {"normalisation", claim.normalisation},
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
  read.route = descent_route_from_name(
      section.choice("route", descent_route_name(read.route), descent_route_names()));
  read.layout = token_layout_from_name(section.choice("layout", "", token_layout_names()));
  read.inputs = section.integer("inputs", 1, 1);
  read.outputs = section.integer("outputs", 1, 1);
  read.examples = section.integer("examples", 1, 1);
  read.learning_rates = section.numbers("learning_rates", {});
  read.decay = section.number("decay", 1.0);
  read.features = read_feature_map(section.value("features"), read.inputs, where);
  read.normalisation = section.text("normalisation", "none");
  section.finish();
  if (!weights.is_null()) {
    read.initial_weights =
        matrix_from_json(weights, read.outputs, read.weight_columns(), kWhere, "initial_weights");
  }
  check(read);
  return read;
}

}  // namespace gril

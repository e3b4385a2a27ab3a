#include "gril/constructions/gradient_descent_step.h"

#include <cmath>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/constructions/json_matrix.h"

namespace gril {
namespace {

constexpr const char* kWhere = "gradient_descent";

}  // namespace

void check(const GradientDescentStep& step) {
  token_shape(step.layout, step.inputs, step.outputs);
  token_count(step.layout, step.examples);
  require(std::isfinite(step.learning_rate), kWhere, "learning_rate must be finite; got ",
          step.learning_rate, ".");
  require(step.decay > 0.0 && step.decay <= 1.0, kWhere, "decay must lie in (0, 1]; got ",
          step.decay, ".");
  if (step.starts_from_zero()) return;
  require(step.layout != TokenLayout::kConstructed, kWhere,
          "constructed tokens cannot start from initial weights: they show the products x*y only, "
          "so no layer can subtract the prediction W0 x. Use windowed, pairs, blocks or "
          "interleaved.");
  require(step.initial_weights.size() == static_cast<std::size_t>(step.outputs * step.inputs),
          kWhere, "initial_weights must hold outputs * inputs = ", step.outputs * step.inputs,
          " numbers; got ", step.initial_weights.size(), ".");
}

std::string sentence(const GradientDescentStep& step) {
  std::string text = concatenate(
      "One step of gradient descent on the squared loss of ", step.examples, " context examples (",
      step.inputs, " inputs, ", step.outputs, step.outputs == 1 ? " output" : " outputs", ", ",
      token_layout_name(step.layout), " tokens), learning rate ", step.learning_rate, ", from ",
      step.starts_from_zero() ? "zero weights" : "given initial weights");
  if (step.decay < 1.0) text += concatenate(", example i weighted by ", step.decay, "^(N-i)");
  return text + "; after i examples a step on these i with the same factor learning_rate/N.";
}

Json to_json(const GradientDescentStep& step, double tolerance) {
  const Json weights =
      step.starts_from_zero() ? Json(nullptr) : matrix_to_json(step.initial_weights, step.inputs);
  return {{"algorithm", "gradient-descent"},
          {"steps", 1},
          {"loss", "squared"},
          {"layout", token_layout_name(step.layout)},
          {"inputs", step.inputs},
          {"outputs", step.outputs},
          {"examples", step.examples},
          {"learning_rate", step.learning_rate},
          {"decay", step.decay},
          {"initial_weights", weights},
          {"tolerance", tolerance}};
}

GradientDescentStep read_gradient_descent_step(const Json& claim, const std::string& where) {
  Json rest = claim;
  const Json weights = rest.value("initial_weights", Json(nullptr));
  rest.erase("initial_weights");
  ConfigSection section(rest, where, "gril_claim");
  for (const char* key : {"steps", "loss", "layout", "inputs", "outputs", "examples",
                          "learning_rate", "decay", "tolerance"}) {
    section.need(key);
  }
  section.choice("algorithm", "", {"gradient-descent"});
  section.integer("steps", 1, 1, 1);
  section.choice("loss", "", {"squared"});
  section.number("tolerance", 0.0, 0.0);
  GradientDescentStep step;
  step.layout = token_layout_from_name(section.choice("layout", "", token_layout_names()));
  step.inputs = section.integer("inputs", 1, 1);
  step.outputs = section.integer("outputs", 1, 1);
  step.examples = section.integer("examples", 1, 1);
  step.learning_rate = section.number("learning_rate", 1.0);
  step.decay = section.number("decay", 1.0);
  section.finish();
  if (!weights.is_null()) {
    step.initial_weights =
        matrix_from_json(weights, step.outputs, step.inputs, kWhere, "initial_weights");
  }
  check(step);
  return step;
}

}  // namespace gril

#include "gril/analysis/unit_step_layer.h"

#include "gril/constructions/gradient_descent_as_gril.h"

namespace gril {

std::shared_ptr<const GrilLayer> unit_step_layer(const LinearRegressionOptions& task) {
  GradientDescentClaim claim;
  claim.layout = task.layout;
  claim.inputs = task.inputs;
  claim.outputs = task.outputs;
  claim.examples = task.examples;
  claim.learning_rates = {static_cast<double>(task.examples)};
  const std::shared_ptr<SequenceModel> model =
      gradient_descent_as_gril(claim, task.input_range, torch::kFloat64).model;
  // The layer belongs to the model: the pointer returned keeps both.
  return {model, &dynamic_cast<const GrilLayer&>(model->layer(0))};
}

}  // namespace gril

#include "tests/analysis/descent_model.h"

#include <ATen/ATen.h>

namespace gril {

LinearRegression small_task(int64_t inputs) {
  LinearRegressionOptions options;
  options.inputs = inputs;
  options.outputs = inputs;
  options.examples = 6;
  return LinearRegression(options);
}

std::shared_ptr<SequenceModel> descent_model(const LinearRegression& task, double learning_rate) {
  const LinearRegressionOptions& options = task.options();
  const Json config = {{"layers",
                        {{{"kind", "gril"},
                          {"input_size", options.inputs},
                          {"output_size", options.outputs},
                          {"window", 3},
                          {"stride", 2},
                          {"projections", "identity"},
                          {"decay", "fixed"}}}}};
  auto model = std::make_shared<SequenceModel>(config, "test");
  model->to(torch::kFloat64);
  const at::NoGradGuard no_gradients;
  auto weights = model->named_parameters();
  weights["layers.0.offset_weights"].zero_()[1][2] = 1.0;
  weights["layers.0.query_offsets"].zero_()[0] = 1.0;
  weights["layers.0.readout"].copy_(
      at::eye(options.inputs, at::kDouble)
          .narrow(0, options.inputs - options.outputs, options.outputs) *
      (learning_rate / static_cast<double>(options.examples)));
  return model;
}

ModelFile descent_file(const LinearRegression& task, double learning_rate) {
  return {.model = descent_model(task, learning_rate), .claim = Json(), .task = task.config()};
}

}  // namespace gril

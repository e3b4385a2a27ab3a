#include "gril/analysis/decompiler/descent_coefficients.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/analysis/decompiler/polynomial_kernels.h"
#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/analysis/tensor_json.h"
#include "gril/base/check.h"

namespace gril {
namespace {

/// C for examples of one age, (m, m, d, d).
torch::Tensor kernel_at(const StateForms& forms, const LinearRegressionOptions& task, int64_t age) {
  const torch::Tensor tensor = trilinear_tensor(forms, age);
  return 2.0 * tensor.narrow(1, 0, task.inputs)
                   .narrow(2, task.inputs, task.outputs)
                   .narrow(3, 0, task.inputs)
                   .permute({0, 2, 1, 3});
}

/// Ones where gradient descent has its rate.
torch::Tensor rate_mask(const LinearRegressionOptions& task) {
  const auto unit = [](int64_t size) { return at::eye(size, at::kDouble); };
  return unit(task.outputs).reshape({task.outputs, task.outputs, 1, 1}) *
         unit(task.inputs).reshape({1, 1, task.inputs, task.inputs});
}

}  // namespace

std::optional<std::string> descent_obstacle(const Json& task) {
  if (!task.is_object() || task.value("kind", "") != "linear_regression") {
    return "the model's task is not in-context linear regression";
  }
  const std::string layout = task.value("layout", "");
  if (layout != "pairs") {
    return "the kernel of a gradient-descent step is read off tokens (x ; y), layout \"pairs\"; "
           "the "
           "task has layout \"" +
           layout + "\"";
  }
  return std::nullopt;
}

DescentCoefficients descent_coefficients(const StateForms& forms,
                                         const LinearRegressionOptions& task) {
  const auto obstacle = descent_obstacle(to_json(task));
  require(!obstacle, "descent_coefficients", obstacle.value_or(""), '.');
  DescentCoefficients kernel;
  kernel.newest = kernel_at(forms, task, 0);
  kernel.averaged = at::zeros_like(kernel.newest);
  for (int64_t age = 1; age <= task.examples; ++age) {
    kernel.averaged += kernel_at(forms, task, age);
  }
  kernel.averaged /= static_cast<double>(task.examples);
  kernel.mean_decay =
      ((kernel.averaged * kernel.newest).sum() / kernel.newest.square().sum()).item<double>();
  const torch::Tensor mask = rate_mask(task);
  const torch::Tensor rates = kernel.averaged.masked_select(mask > 0);
  const double rate = rates.mean().item<double>();
  kernel.learning_rate_per_example = rate;
  kernel.expected_rate_per_example =
      expected_loss_parabola(task).best_learning_rate() / static_cast<double>(task.examples);
  kernel.off_diagonal =
      (kernel.averaged * (1.0 - mask)).abs().max().item<double>() / std::abs(rate);
  kernel.diagonal_spread = rates.std(0, false).item<double>() / std::abs(rate);
  return kernel;
}

Json to_json(const DescentCoefficients& kernel) {
  return {{"newest", tensor_json(kernel.newest)},
          {"averaged", tensor_json(kernel.averaged)},
          {"mean_decay", kernel.mean_decay},
          {"learning_rate_per_example", kernel.learning_rate_per_example},
          {"expected_rate_per_example", kernel.expected_rate_per_example},
          {"off_diagonal", kernel.off_diagonal},
          {"diagonal_spread", kernel.diagonal_spread}};
}

}  // namespace gril

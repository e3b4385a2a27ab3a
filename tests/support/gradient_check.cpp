#include "tests/support/gradient_check.h"

#include <torch/csrc/autograd/autograd.h>

#include "tests/support/tolerance.h"

namespace gril::testing {
namespace {

constexpr double kStep = 1e-5;

at::Tensor as_real(const at::Tensor& tensor) {
  return tensor.is_complex() ? at::view_as_real(tensor.resolve_conj()) : tensor;
}

/// All outputs behind each other as one real vector.
at::Tensor flattened(const Tensors& outputs) {
  Tensors parts;
  for (const at::Tensor& output : outputs) parts.push_back(as_real(output).reshape({-1}));
  return at::cat(parts);
}

/// Column j: change of all outputs with the j-th real number of inputs[which].
at::Tensor numerical_jacobian(const TensorFunction& function, const Tensors& inputs, size_t which) {
  Tensors moved = differentiable(inputs);
  const at::Tensor numbers = as_real(moved[which].detach()).view({-1});
  Tensors columns;
  for (int64_t j = 0; j < numbers.numel(); ++j) {
    const double center = numbers[j].item<double>();
    numbers[j].fill_(center + kStep);
    const at::Tensor above = flattened(function(moved)).detach();
    numbers[j].fill_(center - kStep);
    const at::Tensor below = flattened(function(moved)).detach();
    numbers[j].fill_(center);
    columns.push_back((above - below) / (2 * kStep));
  }
  return at::stack(columns, 1);
}

/// One matrix per input: row i is what backward gives for the i-th output number.
Tensors backward_jacobians(const TensorFunction& function, const Tensors& inputs) {
  const Tensors variables = differentiable(inputs);
  const at::Tensor outputs = flattened(function(variables));
  std::vector<Tensors> rows(inputs.size());
  for (int64_t i = 0; i < outputs.numel(); ++i) {
    const Tensors gradients = torch::autograd::grad({outputs[i]}, variables, {}, true, false, true);
    for (size_t k = 0; k < inputs.size(); ++k) {
      const at::Tensor gradient =
          gradients[k].defined() ? gradients[k] : at::zeros_like(variables[k]);
      rows[k].push_back(as_real(gradient).reshape({-1}));
    }
  }
  Tensors jacobians;
  for (const Tensors& input_rows : rows) jacobians.push_back(at::stack(input_rows));
  return jacobians;
}

}  // namespace

Tensors differentiable(const Tensors& tensors) {
  Tensors result;
  for (const at::Tensor& tensor : tensors)
    result.push_back(tensor.detach().clone(at::MemoryFormat::Contiguous).requires_grad_());
  return result;
}

Tensors random_weights(const TensorFunction& function, const Tensors& inputs) {
  const at::NoGradGuard no_gradient;
  Tensors weights;
  for (const at::Tensor& output : function(inputs)) weights.push_back(at::randn_like(output));
  return weights;
}

Tensors weighted_gradients(const TensorFunction& function, const Tensors& inputs,
                           const Tensors& weights, bool create_graph) {
  const Tensors outputs = function(inputs);
  Tensors used, used_weights;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].requires_grad()) continue;
    used.push_back(outputs[i]);
    used_weights.push_back(weights[i]);
  }
  Tensors gradients(inputs.size());
  if (!used.empty())
    gradients = torch::autograd::grad(used, inputs, used_weights, create_graph, create_graph, true);
  for (size_t k = 0; k < inputs.size(); ++k)
    if (!gradients[k].defined()) gradients[k] = at::zeros_like(inputs[k]);
  return gradients;
}

void expect_gradients_equal_central_differences(const TensorFunction& function,
                                                const std::vector<std::string>& input_names,
                                                const Tensors& inputs) {
  const Tensors jacobians = backward_jacobians(function, inputs);
  ASSERT_EQ(input_names.size(), inputs.size());
  for (size_t k = 0; k < inputs.size(); ++k)
    EXPECT_TRUE(agrees("gradient of " + input_names[k], jacobians[k],
                       numerical_jacobian(function, inputs, k), kGradientCheckTolerance));
}

void expect_second_gradients_equal_central_differences(const TensorFunction& function,
                                                       const std::vector<std::string>& input_names,
                                                       const Tensors& inputs) {
  const Tensors weights = random_weights(function, inputs);
  const TensorFunction gradients = [&](const Tensors& variables) {
    return weighted_gradients(function, variables, weights, true);
  };
  expect_gradients_equal_central_differences(gradients, input_names, inputs);
}

}  // namespace gril::testing

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/tensor_compare.h"

namespace gril::testing {

using TensorFunction = std::function<Tensors(const Tensors&)>;

/// The same tensors, detached and asking for gradients.
Tensors differentiable(const Tensors& tensors);

/// Gradients of Σ_i <weights_i, outputs_i> with respect to every input; zeros where the outputs do
/// not depend on an input. The weights are drawn from torch's generator. With `create_graph` the
/// gradients can be differentiated again.
Tensors weighted_gradients(const TensorFunction& function, const Tensors& inputs,
                           const Tensors& weights, bool create_graph = false);

/// One tensor of normal random numbers for each output of the function at these inputs.
Tensors random_weights(const TensorFunction& function, const Tensors& inputs);

/// Compares the Jacobian of every output by every input, built from central differences, with the
/// one that backward gives, row by row. Inputs are float64 or complex128 (real and imaginary parts
/// are separate variables). Cost: two calls per input element and one backward per output element.
void expect_gradients_equal_central_differences(const TensorFunction& function,
                                                const std::vector<std::string>& input_names,
                                                const Tensors& inputs);

/// The same for the gradients themselves: the function checked is
/// inputs -> gradients of <random weights, outputs>.
void expect_second_gradients_equal_central_differences(const TensorFunction& function,
                                                       const std::vector<std::string>& input_names,
                                                       const Tensors& inputs);

}  // namespace gril::testing

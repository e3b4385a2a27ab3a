#pragma once

#include <memory>
#include <vector>

#include "gril/models/sequence_model.h"
#include "gril/tasks/in_context/linear_regression.h"

namespace gril {

/// Prompts of 10 examples with `width` inputs and outputs.
LinearRegression stack_task(int64_t width, TokenLayout layout = TokenLayout::kWindowed);

/// The constructed stack for these steps, float64.
std::shared_ptr<SequenceModel> constructed_stack(const LinearRegression& task,
                                                 const std::vector<double>& step_sizes);

/// A random stack of residual gril layers with random decays, W_0 and biases between two linear
/// layers: nothing that gradient descent would do.
std::shared_ptr<SequenceModel> random_stack(const LinearRegression& task, int64_t layers,
                                            int64_t heads);

/// The same function in another basis: an invertible matrix on the stream between the layers, and
/// in every head on values and keys; the latter only where the decay is one number per head.
std::shared_ptr<SequenceModel> in_another_basis(const SequenceModel& model, uint64_t seed);

}  // namespace gril

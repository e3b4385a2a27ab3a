#pragma once

#include <torch/types.h>

#include <functional>

#include "gril/models/checkpoint.h"
#include "gril/tasks/in_context/linear_regression.h"

namespace gril {

/// The answers (B, m) to prompts; targets are not among what it is given.
using PromptFunction = std::function<torch::Tensor(const Prompts&)>;

/// 4 inputs, 4 outputs, 6 examples as pairs (x ; y).
LinearRegression pairs_task();

/// A model of any function, for a task of pairs: what an analysis must not be misled by.
ModelFile function_file(const LinearRegression& task, const PromptFunction& answer);

}  // namespace gril

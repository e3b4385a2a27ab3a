#pragma once

#include <memory>

#include "gril/models/checkpoint.h"
#include "gril/tasks/in_context/linear_regression.h"

namespace gril {

/// The task of these tests: interleaved tokens, d inputs, d outputs, 6 examples.
LinearRegression small_task(int64_t inputs = 4);

/// One gradient-descent step with η as an ordinary model for interleaved tokens, in float64.
std::shared_ptr<SequenceModel> descent_model(const LinearRegression& task, double learning_rate);

/// The same as a model file.
ModelFile descent_file(const LinearRegression& task, double learning_rate);

}  // namespace gril

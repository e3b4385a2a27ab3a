#pragma once

#include <memory>

#include "gril/layers/gril_layer.h"
#include "gril/tasks/in_context/linear_regression.h"

namespace gril {

/// The layer of the construction "one gradient-descent step" for a task's tokens, with η/N = 1,
/// W0 = 0 and no decay: what trained weights are compared with.
std::shared_ptr<const GrilLayer> unit_step_layer(const LinearRegressionOptions& task);

}  // namespace gril

#pragma once

#include <string>
#include <vector>

#include "gril/layers/sequence_layer.h"

namespace gril {

/// The recurrence_parameters of a stack as they are called in the layer that registered it under
/// `name`: "name." before each.
std::vector<std::string> inner_recurrence_parameters(const SequenceLayer& stack,
                                                     const std::string& name);

}  // namespace gril

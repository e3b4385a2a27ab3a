#pragma once

#include <span>
#include <string>
#include <vector>

namespace gril::stream {

/// A nonlinear function of every number, or (softmax) of all of them together, in place.
using ActivationFunction = void (*)(std::span<double>);

/// The functions of gril/layers/activation.h, by the same names.
const std::vector<std::string>& activation_function_names();
/// name: one of them.
ActivationFunction activation_function(const std::string& name);

}  // namespace gril::stream

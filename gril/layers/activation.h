#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

namespace gril {

/// A nonlinear function of every element, or (softmax) of the features of every token.
using Activation = torch::Tensor (*)(const torch::Tensor&);

/// The names used in configurations:
///     gelu      x Φ(x), Φ the distribution function of N(0, 1)
///     relu      max(x, 0)
///     sigmoid   σ(x) = 1 / (1 + exp(-x))
///     silu      x σ(x)
///     softmax   exp(x) / Σ exp(x), the sum over the features
///     tanh
const std::vector<std::string>& activation_names();

/// where: the layer that asks, for messages.
/// Errors: InvalidArgument "[where] activation must be one of …".
Activation activation_from_name(const std::string& name, const char* where);

}  // namespace gril

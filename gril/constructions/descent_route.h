#pragma once

#include <string>
#include <vector>

namespace gril {

/// How the layers of a model carry out the steps of descent (gradient_descent_claim.h).
enum class DescentRoute {
  kCausal,       ///< "causal": the query goes through the steps, after every example
  kSubLayers,    ///< "sub-layers": two steps from three states over the same tokens
  kFullSums,     ///< "full-sums": every example's error goes through the steps; not causal
  kMinibatches,  ///< "minibatches": a step on each of K consecutive groups of examples
};

/// causal, sub-layers, full-sums, minibatches.
const std::vector<std::string>& descent_route_names();
std::string descent_route_name(DescentRoute route);
/// Errors: InvalidArgument "[gradient_descent] …" naming the nearest route.
DescentRoute descent_route_from_name(const std::string& name);

}  // namespace gril

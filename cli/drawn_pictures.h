#pragma once

#include <torch/types.h>

#include <string>

#include "gril/tasks/example_labels.h"

namespace gril::cli {

/// The parts of an example that are pictures (TokenPart::side), with their names above, as many
/// side by side as fit into 100 columns; "" when there are none. A pixel is two letters, from blank
/// for 0 to @@ for 1. A part of one name is drawn once, where it first stands.
///
/// tokens  (T, width), float64
std::string drawn_pictures(const ExampleLabels& labels, const torch::Tensor& tokens);

}  // namespace gril::cli

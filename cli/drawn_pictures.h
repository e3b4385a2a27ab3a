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

/// The picture that the tokens make together (ExampleLabels::picture), below an empty line; "" when
/// there is none. Its darkest pixel is blank and its brightest @@; a colour is as bright as the
/// mean of its features. Of more than 50 columns a pixel is one letter, and every second row is
/// drawn.
///
/// tokens  (T, width), float64
std::string drawn_whole_picture(const ExampleLabels& labels, const torch::Tensor& tokens);

}  // namespace gril::cli

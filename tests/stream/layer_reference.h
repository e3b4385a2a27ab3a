#pragma once

#include <vector>

#include "tests/stream/model_file.h"

namespace gril::test {

/// The equations of gril/layers/gril_layer.h as plain loops over a whole sequence: what the
/// streaming runtime must equal. tokens: T vectors of input_size; returns T vectors of output_size.
std::vector<std::vector<double>> layer_reference(const LayerSpec& spec, const LayerTensors& tensors,
                                                 const std::vector<std::vector<double>>& tokens);

}  // namespace gril::test

#pragma once

#include <string>

#include "gril/base/config_section.h"
#include "gril/stream/gril_step.h"
#include "gril/stream/model_tensors.h"

namespace gril::stream {

/// Brings the parameters of a GRIL layer (gril/layers/gril_layer.h) into the form of one step:
/// projections and offset weights are multiplied out into maps of the whole window, one term per
/// key offset that the offset weights use.
/// section  the layer's configuration, every option given; read to its end
/// prefix   of its tensors, for example "layers.0."
/// errors   InvalidArgument from the section, InvalidFile from the tensors.
GrilStepWeights read_gril_step_weights(ConfigSection& section, ModelTensors& tensors,
                                       const std::string& prefix);

}  // namespace gril::stream

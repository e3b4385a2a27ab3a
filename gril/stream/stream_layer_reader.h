#pragma once

#include <string>

#include "gril/base/config_section.h"
#include "gril/stream/model_tensors.h"
#include "gril/stream/stream_stack.h"

namespace gril::stream {

/// The layers of a model, or of the body of a layer that has one, as gril/models/sequence_model.h
/// writes them: kinds append, gated_linear_unit, gril, linear, multilayer_perceptron and residual.
/// section  {"layers": […]}, every option given; read to its end
/// prefix   of the tensors, "" or for example "layers.1.body."
/// path     of the file, for messages
/// errors   InvalidArgument "[stream] path: …" for another kind of layer; InvalidArgument from the
///          section and InvalidFile "[stream] path: …" when the file does not fit together.
StreamStack read_stream_stack(ConfigSection& section, ModelTensors& tensors,
                              const std::string& prefix, const std::string& path);

}  // namespace gril::stream

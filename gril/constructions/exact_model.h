#pragma once

#include <torch/types.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gril/base/json.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// A layer whose every parameter is given.
struct ExactLayer {
  Json options;  ///< as in a configuration: layer_json(…)
  std::vector<std::pair<std::string, torch::Tensor>> parameters;  ///< name → value
};

/// The options of a layer with its kind before them, as in a configuration.
Json layer_json(const char* kind, const Json& options);

/// The layers, one above the other, with their input added to their output
/// (gril/models/residual.h).
ExactLayer residual_layer(const std::vector<ExactLayer>& body);

/// The layers that read the sequence from its start and from its end (gril/models/bidirectional.h).
ExactLayer bidirectional_layer(const std::vector<ExactLayer>& forward,
                               const std::vector<ExactLayer>& backward);

/// An ordinary model of these layers, one above the other, with these parameters.
/// dtype    float32 or float64: the precision the parameters are rounded to.
/// errors   InvalidArgument "[construction] …" for another dtype, a parameter that is missing, a
///          finite number beyond the range of the dtype, and as in SequenceModel; c10::Error for a
///          value of another shape.
std::shared_ptr<SequenceModel> exact_model(const std::vector<ExactLayer>& layers,
                                           torch::Dtype dtype);

}  // namespace gril

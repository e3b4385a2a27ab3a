#include "gril/constructions/exact_model.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "gril/base/check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "construction";

Json stack_json(const std::vector<ExactLayer>& layers) {
  Json options = Json::array();
  for (const ExactLayer& layer : layers) options.push_back(layer.options);
  return {{"layers", options}};
}

/// Adds the parameters of a stack inside a layer, named "body.layers.<index>.<name>".
void append_parameters(const std::vector<ExactLayer>& layers, const std::string& body,
                       ExactLayer& result) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (const auto& [name, value] : layers[i].parameters) {
      result.parameters.emplace_back(concatenate(body, ".layers.", i, '.', name), value);
    }
  }
}

/// A finite number must not become infinite in the dtype it is stored in. Given infinities stay:
/// the log rate of a state that never decays is one.
void check_fit(const at::Tensor& value, const at::Tensor& stored, const std::string& name) {
  const at::Tensor overflows = at::isfinite(value) & ~at::isfinite(stored);
  if (!overflows.any().item<bool>()) return;
  const auto first = value.masked_select(overflows)[0].item<double>();
  require(false, kWhere, name, " must fit ",
          stored.scalar_type() == at::kFloat ? "float32" : "float64", "; got ", first,
          ". Use float64, or smaller learning rates and weights.");
}

}  // namespace

Json layer_json(const char* kind, const Json& options) {
  Json layer = {{"kind", kind}};
  layer.update(options);
  return layer;
}

ExactLayer residual_layer(const std::vector<ExactLayer>& body) {
  ExactLayer result{layer_json("residual", stack_json(body)), {}};
  append_parameters(body, "body", result);
  return result;
}

ExactLayer bidirectional_layer(const std::vector<ExactLayer>& forward,
                               const std::vector<ExactLayer>& backward) {
  const Json options = {{"forward", stack_json(forward)}, {"backward", stack_json(backward)}};
  ExactLayer result{layer_json("bidirectional", options), {}};
  append_parameters(forward, "forward_body", result);
  append_parameters(backward, "backward_body", result);
  return result;
}

std::shared_ptr<SequenceModel> exact_model(const std::vector<ExactLayer>& layers,
                                           torch::Dtype dtype) {
  require(dtype == at::kFloat || dtype == at::kDouble, kWhere,
          "dtype must be float32 or float64; got ", dtype, ".");
  const auto model = std::make_shared<SequenceModel>(stack_json(layers), kWhere);
  model->to(dtype);
  model->initialize(0);
  const c10::AutoGradMode no_grad(false);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    auto parameters = model->layer(i).named_parameters();
    for (const auto& [name, value] : layers[i].parameters) {
      parameters[name].copy_(value);
      check_fit(value, parameters[name], concatenate("layer ", i, ": ", name));
      parameters.erase(name);
    }
    require(parameters.is_empty(), kWhere, "layer ", i,
            ": every parameter must be given; got none for ",
            parameters.is_empty() ? "" : parameters.front().key(), ".");
  }
  return model;
}

}  // namespace gril

#include "gril/constructions/exact_model.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "gril/base/check.h"

namespace gril {

Json layer_json(const char* kind, const Json& options) {
  Json layer = {{"kind", kind}};
  layer.update(options);
  return layer;
}

ExactLayer residual_layer(const ExactLayer& layer) {
  ExactLayer result{layer_json("residual", {{"layers", Json::array({layer.options})}}), {}};
  for (const auto& [name, value] : layer.parameters) {
    result.parameters.emplace_back("body.layers.0." + name, value);
  }
  return result;
}

std::shared_ptr<SequenceModel> exact_model(const std::vector<ExactLayer>& layers,
                                           torch::Dtype dtype) {
  constexpr const char* kWhere = "construction";
  require(dtype == at::kFloat || dtype == at::kDouble, kWhere,
          "dtype must be float32 or float64; got ", dtype, ".");
  Json config;
  config["layers"] = Json::array();
  for (const ExactLayer& layer : layers) config["layers"].push_back(layer.options);
  const auto model = std::make_shared<SequenceModel>(config, kWhere);
  model->to(dtype);
  model->initialize(0);
  const c10::AutoGradMode no_grad(false);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    auto parameters = model->layer(i).named_parameters();
    for (const auto& [name, value] : layers[i].parameters) {
      parameters[name].copy_(value);
      parameters.erase(name);
    }
    require(parameters.is_empty(), kWhere, "layer ", i,
            ": every parameter must be given; got none for ",
            parameters.is_empty() ? "" : parameters.front().key(), ".");
  }
  return model;
}

}  // namespace gril

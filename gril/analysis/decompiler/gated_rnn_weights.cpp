#include "gril/analysis/decompiler/gated_rnn_weights.h"

#include <ATen/ATen.h>

#include "gril/constructions/exact_model.h"

namespace gril {

GatedRnnWeights gated_rnn_weights(const GatedLinearRnn& layer) {
  const auto parameters = layer.named_parameters();
  const auto copy = [](const torch::Tensor& tensor) {
    return tensor.detach().to(torch::kFloat64, /*non_blocking=*/false, /*copy=*/true);
  };
  return {.input_gate = copy(parameters["input_gate"]),
          .input_map = copy(parameters["input_map"]),
          .eigenvalues = copy(layer.eigenvalues()),
          .output_gate = copy(parameters["output_gate"]),
          .output_map = copy(parameters["output_map"]),
          .readout = copy(parameters["readout"]),
          .side_gate = layer.options().side_gate};
}

std::shared_ptr<SequenceModel> gated_rnn_model(const GatedRnnWeights& weights) {
  const GatedLinearRnnOptions options{.input_size = weights.input_size(),
                                      .output_size = weights.output_size(),
                                      .state_size = weights.state_size(),
                                      .gate_size = weights.gate_size(),
                                      .side_gate = weights.side_gate};
  Json layer = {{"kind", "gated_linear_rnn"}};
  layer.update(to_json(options));
  return exact_model({{layer,
                       {{"input_gate", weights.input_gate},
                        {"input_map", weights.input_map},
                        {"eigenvalues", weights.eigenvalues},
                        {"output_gate", weights.output_gate},
                        {"output_map", weights.output_map},
                        {"readout", weights.readout}}}},
                     torch::kFloat64);
}

}  // namespace gril

#include "gril/constructions/token_wise_layers.h"

#include <ATen/ATen.h>

#include "gril/layers/gated_linear_unit.h"
#include "gril/layers/linear_layer.h"
#include "gril/layers/multilayer_perceptron.h"

namespace gril {

ExactLayer linear_map(const torch::Tensor& map) {
  const LinearLayerOptions options{
      .input_size = map.size(1), .output_size = map.size(0), .bias = false};
  return {layer_json("linear", to_json(options)), {{"map", map}}};
}

ExactLayer wider_token(int64_t width, int64_t count) {
  return linear_map(at::eye(width + count, width, at::kDouble));
}

ExactLayer added_product(const torch::Tensor& gate, const torch::Tensor& factor,
                         const torch::Tensor& into) {
  const GatedLinearUnitOptions options{
      .input_size = into.size(1), .output_size = into.size(1), .gate = "bilinear", .bias = false};
  return residual_layer(
      {{layer_json("gated_linear_unit", to_json(options)),
        {{"gate_map", at::mm(into.t(), gate)}, {"linear_map", at::mm(into.t(), factor)}}}});
}

ExactLayer added_softmax(const torch::Tensor& logits, const torch::Tensor& into) {
  const MultilayerPerceptronOptions options{.input_size = logits.size(1),
                                            .hidden_size = logits.size(0),
                                            .output_size = logits.size(1),
                                            .activation = "softmax",
                                            .bias = false};
  return residual_layer({{layer_json("multilayer_perceptron", to_json(options)),
                          {{"hidden_map", logits}, {"output_map", into.t()}}}});
}

}  // namespace gril

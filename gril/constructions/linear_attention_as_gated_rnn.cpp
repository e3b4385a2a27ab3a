#include "gril/constructions/linear_attention_as_gated_rnn.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/constructions/json_matrix.h"
#include "gril/layers/gated_linear_rnn.h"
#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_attention";

std::vector<double> random_matrix(int64_t width, uint64_t seed, const char* name) {
  at::Tensor matrix = at::empty({width * width}, at::kDouble);
  draw_normal(matrix, 1.0 / std::sqrt(static_cast<double>(width)), seed, name);
  const auto* numbers = matrix.data_ptr<double>();
  return {numbers, numbers + matrix.numel()};
}

at::Tensor matrix_of(const std::vector<double>& numbers, int64_t width) {
  require(numbers.size() == static_cast<std::size_t>(width * width), kWhere,
          "weights must hold width * width = ", width * width, " numbers; got ", numbers.size(),
          ".");
  return at::tensor(numbers, at::kDouble).view({width, width});
}

struct GatedRnnWeights {
  at::Tensor input_gate, input_map, eigenvalues, output_gate, output_map, readout;
};

GatedRnnWeights weights_of(const LinearAttentionWeights& attention) {
  const int64_t d = attention.width;
  const auto zeros = [](int64_t rows, int64_t columns) {
    return at::zeros({rows, columns}, at::kDouble);
  };
  const auto identity = [](int64_t size) { return at::eye(size, at::kDouble); };
  const at::Tensor value = matrix_of(attention.value_weights, d);
  const at::Tensor key = matrix_of(attention.key_weights, d);
  const at::Tensor query = matrix_of(attention.query_weights, d);
  const at::Tensor constant_one = at::cat({zeros(d, d), at::ones({d, 1}, at::kDouble)}, 1);
  GatedRnnWeights weights;
  weights.input_map =
      at::cat({at::cat({value.repeat_interleave(d, 0), query}), zeros(d * d + d, 1)}, 1);
  weights.input_gate = at::cat({at::cat({key.repeat({d, 1}), zeros(d * d, 1)}, 1), constant_one});
  weights.eigenvalues = at::cat({at::ones({d * d}, at::kDouble), at::zeros({d}, at::kDouble)});
  weights.output_gate = at::cat({identity(d * d), zeros(d * d, d)}, 1);
  weights.output_map = at::cat({zeros(d * d, d * d), identity(d).repeat({d, 1})}, 1);
  weights.readout = identity(d).repeat_interleave(d, 1);
  return weights;
}

}  // namespace

LinearAttentionWeights random_linear_attention(int64_t width, uint64_t seed) {
  require(width >= 1, kWhere, "width must be at least 1; got ", width, ".");
  return {width, random_matrix(width, seed, "value_weights"),
          random_matrix(width, seed, "key_weights"), random_matrix(width, seed, "query_weights")};
}

std::string sentence(const LinearAttentionWeights& attention) {
  return concatenate("Causal linear self-attention of width ", attention.width,
                     ", one head: y_t = (sum over s <= t of v_s k_s^T) q_t.");
}

Json to_json(const LinearAttentionWeights& attention, double tolerance) {
  return {{"algorithm", "linear-attention"},
          {"variant", "basic"},
          {"width", attention.width},
          {"value_weights", matrix_to_json(attention.value_weights, attention.width)},
          {"key_weights", matrix_to_json(attention.key_weights, attention.width)},
          {"query_weights", matrix_to_json(attention.query_weights, attention.width)},
          {"tolerance", tolerance}};
}

LinearAttentionWeights read_linear_attention_weights(const Json& claim, const std::string& where) {
  Json rest = claim;
  const auto take = [&rest](const char* name) {
    Json matrix = rest.value(name, Json(nullptr));
    rest.erase(name);
    return matrix;
  };
  const Json value = take("value_weights");
  const Json key = take("key_weights");
  const Json query = take("query_weights");
  ConfigSection section(rest, where, "gril_claim");
  for (const char* name : {"variant", "width", "tolerance"}) section.need(name);
  section.choice("algorithm", "", {"linear-attention"});
  section.choice("variant", "", {"basic"});
  section.number("tolerance", 0.0, 0.0);
  LinearAttentionWeights attention;
  attention.width = section.integer("width", 1, 1);
  section.finish();
  const int64_t d = attention.width;
  attention.value_weights = matrix_from_json(value, d, d, kWhere, "value_weights");
  attention.key_weights = matrix_from_json(key, d, d, kWhere, "key_weights");
  attention.query_weights = matrix_from_json(query, d, d, kWhere, "query_weights");
  return attention;
}

ModelFile linear_attention_as_gated_rnn(const LinearAttentionWeights& attention,
                                        torch::Dtype dtype) {
  require(dtype == at::kFloat || dtype == at::kDouble, kWhere,
          "dtype must be float32 or float64; got ", dtype, ".");
  const int64_t d = attention.width;
  const GatedRnnWeights weights = weights_of(attention);
  const GatedLinearRnnOptions options{
      .input_size = d, .output_size = d, .state_size = d * d + d, .gate_size = d * d};
  Json layer = {{"kind", "gated_linear_rnn"}};
  layer.update(to_json(options));
  Json config;
  config["layers"] = Json::array({layer});
  const auto model = std::make_shared<SequenceModel>(config, kWhere);
  model->to(dtype);
  const c10::AutoGradMode no_grad(false);
  auto parameters = model->named_parameters();
  const auto write = [&](const char* name, const at::Tensor& tensor) {
    parameters[std::string("layers.0.") + name].copy_(tensor);
  };
  write("input_gate", weights.input_gate);
  write("input_map", weights.input_map);
  write("eigenvalues", weights.eigenvalues);
  write("output_gate", weights.output_gate);
  write("output_map", weights.output_map);
  write("readout", weights.readout);
  constexpr double kDoubleTolerance = 1e-10;
  constexpr double kSingleTolerance = 1e-5;
  return {model, to_json(attention, dtype == at::kDouble ? kDoubleTolerance : kSingleTolerance),
          nullptr};
}

}  // namespace gril

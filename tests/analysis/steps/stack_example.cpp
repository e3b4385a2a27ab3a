#include "tests/analysis/steps/stack_example.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

torch::Tensor random_matrix(int64_t size, uint64_t seed, const std::string& name) {
  torch::Tensor noise = at::zeros({size, size}, at::kDouble);
  draw_normal(noise, 0.3 / std::sqrt(static_cast<double>(size)), seed, name.c_str());
  return at::eye(size, at::kDouble) + noise;
}

/// One gril layer in new coordinates: u = B⁻¹ u' of the stream, v' = Y v, k' = Z k, q' = Z⁻ᵀ q.
void change_basis(torch::OrderedDict<std::string, torch::Tensor>& weights,
                  const std::string& prefix, const torch::Tensor& basis, int64_t heads,
                  uint64_t seed) {
  const torch::Tensor inverse = basis.inverse();
  const auto by_head = [&](const std::string& name, const torch::Tensor& change) {
    torch::Tensor& map = weights[prefix + name];
    const auto shape = map.sizes().vec();
    const torch::Tensor split = map.reshape({heads, shape[1] / heads, shape[2]});
    map.copy_(at::matmul(at::matmul(change, split), inverse).reshape(shape));
  };
  const int64_t values = weights[prefix + "value_map"].size(1) / heads;
  const int64_t keys = weights[prefix + "key_map"].size(1) / heads;
  const torch::Tensor y = random_matrix(values, seed, prefix + "y");
  const torch::Tensor z = random_matrix(keys, seed, prefix + "z");
  by_head("value_map", 2.0 * y);
  by_head("key_map", -3.0 * z);
  by_head("query_map", z.inverse().t() / -3.0);
  torch::Tensor& readout = weights[prefix + "readout"];
  const torch::Tensor split = readout.reshape({readout.size(0), heads, values});
  readout.copy_(at::mm(basis, at::matmul(split, y.inverse() / 2.0).flatten(1)));
  if (weights.contains(prefix + "initial_weights")) {
    torch::Tensor& skip = weights[prefix + "initial_weights"];
    const torch::Tensor parts = skip.reshape({skip.size(0), heads, keys});
    skip.copy_(at::mm(basis, at::matmul(parts, -3.0 * z.t()).flatten(1)));
  }
}

}  // namespace

LinearRegression stack_task(int64_t width, TokenLayout layout) {
  LinearRegressionOptions options;
  options.inputs = width;
  options.outputs = width;
  options.examples = 10;
  options.layout = layout;
  return LinearRegression(options);
}

std::shared_ptr<SequenceModel> constructed_stack(const LinearRegression& task,
                                                 const std::vector<double>& step_sizes) {
  GradientDescentClaim claim;
  claim.layout = task.layout();
  claim.inputs = task.options().inputs;
  claim.outputs = task.options().outputs;
  claim.examples = task.options().examples;
  claim.learning_rates = step_sizes;
  return gradient_descent_as_gril(claim, 1.0, torch::kFloat64).model;
}

std::shared_ptr<SequenceModel> random_stack(const LinearRegression& task, int64_t layers,
                                            int64_t heads) {
  const int64_t token = task.token_width();
  const int64_t width = token + 3;
  Json config = {{"layers", {{{"kind", "linear"}, {"input_size", token}, {"output_size", width}}}}};
  for (int64_t layer = 0; layer < layers; ++layer) {
    config["layers"].push_back({{"kind", "residual"},
                                {"layers",
                                 {{{"kind", "gril"},
                                   {"input_size", width},
                                   {"output_size", width},
                                   {"heads", heads},
                                   {"value_size", 2},
                                   {"key_size", 3},
                                   {"tied", false},
                                   {"decay", "per_head"},
                                   {"initial_weights", true}}}}});
  }
  config["layers"].push_back(
      {{"kind", "linear"}, {"input_size", width}, {"output_size", task.output_size()}});
  auto model = std::make_shared<SequenceModel>(config, "test");
  model->to(torch::kFloat64);
  const at::NoGradGuard no_gradients;
  for (auto& item : model->named_parameters()) {
    draw_normal(item.value(), 0.3, 8, item.key().c_str());
  }
  return model;
}

std::shared_ptr<SequenceModel> in_another_basis(const SequenceModel& model, uint64_t seed) {
  auto result = std::make_shared<SequenceModel>(model.config(), "test");
  result->to(torch::kFloat64);
  const at::NoGradGuard no_gradients;
  auto weights = result->named_parameters();
  for (const auto& item : model.named_parameters()) weights[item.key()].copy_(item.value());
  const Json& layers = model.config()["layers"];
  const auto width = layers[0]["output_size"].get<int64_t>();
  const torch::Tensor basis = random_matrix(width, seed, "stream");
  weights["layers.0.map"].copy_(at::mm(basis, weights["layers.0.map"]));
  if (weights.contains("layers.0.bias")) {
    weights["layers.0.bias"].copy_(at::mv(basis, weights["layers.0.bias"]));
  }
  for (std::size_t i = 1; i + 1 < layers.size(); ++i) {
    const auto heads = layers[i]["layers"][0]["heads"].get<int64_t>();
    change_basis(weights, concatenate("layers.", i, ".body.layers.0."), basis, heads, seed + i);
  }
  torch::Tensor& last = weights[concatenate("layers.", layers.size() - 1, ".map")];
  last.copy_(at::mm(last, basis.inverse()));
  return result;
}

}  // namespace gril

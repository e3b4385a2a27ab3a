#include "gril/layers/gated_linear_unit.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

/// Every gate by its formula, on one number.
const std::map<std::string, std::function<double(double)>>& gates() {
  static const std::map<std::string, std::function<double(double)>> table = {
      {"bilinear", [](double x) { return x; }},
      {"gelu", [](double x) { return 0.5 * x * (1.0 + std::erf(x / std::sqrt(2.0))); }},
      {"relu", [](double x) { return x > 0.0 ? x : 0.0; }},
      {"sigmoid", [](double x) { return 1.0 / (1.0 + std::exp(-x)); }},
      {"silu", [](double x) { return x / (1.0 + std::exp(-x)); }},
      {"tanh", [](double x) { return std::tanh(x); }}};
  return table;
}

/// Row `row` of a map and bias, applied to a token, as a loop.
double affine(const at::Tensor& map, const at::Tensor& bias, int64_t row, const at::Tensor& token) {
  double sum = bias.defined() ? bias[row].item<double>() : 0.0;
  for (int64_t j = 0; j < token.numel(); ++j) {
    sum += map[row][j].item<double>() * token[j].item<double>();
  }
  return sum;
}

void expect_equals_its_equation(const std::string& gate, bool bias) {
  GatedLinearUnit layer({.input_size = 3, .output_size = 4, .gate = gate, .bias = bias});
  layer.to(at::kDouble);
  layer.initialize(5);
  const at::NoGradGuard no_grad;
  auto p = layer.named_parameters();
  if (bias) {
    p["gate_bias"].copy_(testing::random_normal({4}, 1));
    p["linear_bias"].copy_(testing::random_normal({4}, 2));
  }
  const at::Tensor input = testing::random_normal({2, 3, 3}, 3);
  at::Tensor expected = at::empty({2, 3, 4}, at::kDouble);
  const auto bias_of = [&](const char* name) { return bias ? p[name] : at::Tensor(); };
  for (int64_t i = 0; i < expected.numel(); ++i) {
    const at::Tensor token = input[i / 12][i / 4 % 3];
    const double gated = affine(p["gate_map"], bias_of("gate_bias"), i % 4, token);
    const double linear = affine(p["linear_map"], bias_of("linear_bias"), i % 4, token);
    expected.view(-1)[i] = gates().at(gate)(gated) * linear;
  }
  EXPECT_TRUE(testing::agrees(gate, layer.forward(input, {}).output, expected, 1e-12));
}

TEST(GatedLinearUnit, EqualsItsEquationWithEveryGate) {
  for (const auto& [name, function] : gates()) {
    expect_equals_its_equation(name, true);
    expect_equals_its_equation(name, false);
  }
}

TEST(GatedLinearUnit, RefusesOptionsThatItCannotBuild) {
  const auto refusal = [](const GatedLinearUnitOptions& options) {
    return error_text<InvalidArgument>([&] { GatedLinearUnit layer(options); });
  };
  EXPECT_EQ(refusal({.output_size = 1}),
            "[gated_linear_unit] input_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1}),
            "[gated_linear_unit] output_size must be at least 1; got 0.");
  EXPECT_EQ(
      refusal({.input_size = 1, .output_size = 1, .gate = "sigmod"}),
      "[gated_linear_unit] gate must be one of bilinear, gelu, relu, sigmoid, silu, softmax, tanh; "
      "got \"sigmod\". Did you mean \"sigmoid\"?");
}

}  // namespace
}  // namespace gril

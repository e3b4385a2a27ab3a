#include "gril/layers/gated_linear_rnn.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;

/// The equations of the header, one token at a time.
at::Tensor definition(const GatedLinearRnn& layer, const at::Tensor& tokens) {
  const auto p = layer.named_parameters();
  const at::Tensor eigenvalues = layer.options().eigenvalue_form == "free"
                                     ? p["eigenvalues"]
                                     : p["log_decay_rate"].exp().neg().exp();
  at::Tensor state = at::zeros({layer.options().state_size}, at::kDouble);
  std::vector<at::Tensor> outputs;
  for (int64_t t = 0; t < tokens.size(0); ++t) {
    const at::Tensor augmented = at::cat({tokens[t], at::ones({1}, at::kDouble)});
    state = eigenvalues * state +
            at::mv(p["input_gate"], augmented) * at::mv(p["input_map"], augmented);
    const at::Tensor gate = layer.options().side_gate ? augmented : state;
    outputs.push_back(
        at::mv(p["readout"], at::mv(p["output_gate"], gate) * at::mv(p["output_map"], state)));
  }
  return at::stack(outputs);
}

void expect_equals_definition(const GatedLinearRnnOptions& options) {
  const c10::AutoGradMode no_grad(false);
  GatedLinearRnn layer(options);
  layer.to(at::kDouble);
  layer.initialize(6);
  const at::Tensor input = testing::random_normal({2, 11, 3}, 2);
  const at::Tensor output = layer.forward(input, {}).output;
  for (int64_t b = 0; b < 2; ++b) {
    EXPECT_TRUE(testing::agrees("output", output[b], definition(layer, input[b]), kTolerance));
  }
}

TEST(GatedLinearRnn, EqualsItsDefinition) {
  GatedLinearRnnOptions options{.input_size = 3, .output_size = 2, .state_size = 7, .gate_size = 5};
  expect_equals_definition(options);
  options.side_gate = true;
  expect_equals_definition(options);
  options.eigenvalue_form = "double_exponential";
  expect_equals_definition(options);
}

TEST(GatedLinearRnn, DoubleExponentialStartsWithUniformSquares) {
  constexpr int64_t kStateSize = 20000;
  const GatedLinearRnn layer({.input_size = 1,
                              .output_size = 1,
                              .state_size = kStateSize,
                              .gate_size = 1,
                              .eigenvalue_form = "double_exponential"});
  EXPECT_EQ(layer.recurrence_parameters(), (std::vector<std::string>{"log_decay_rate"}));
  const at::Tensor squares =
      std::get<0>(layer.eigenvalues().detach().to(at::kDouble).square().sort());
  const at::Tensor uniform = at::linspace(0.001, 0.999, kStateSize, at::kDouble);
  // The largest distance between the two distribution functions; 0.0138 has probability 1e-3.
  EXPECT_LE((squares - uniform).abs().max().item<double>(), 0.0138);
}

TEST(GatedLinearRnn, RefusesOptionsThatItCannotBuild) {
  const auto refusal = [](const GatedLinearRnnOptions& options) {
    return error_text<InvalidArgument>([&] { GatedLinearRnn layer(options); });
  };
  EXPECT_EQ(refusal({.input_size = 1, .output_size = 1, .gate_size = 1}),
            "[gated_linear_rnn] state_size must be at least 1; got 0.");
  GatedLinearRnnOptions options{.input_size = 1, .output_size = 1, .state_size = 1, .gate_size = 1};
  options.eigenvalue_form = "sigmoid";
  EXPECT_EQ(refusal(options),
            "[gated_linear_rnn] eigenvalue_form must be free or double_exponential; got "
            "\"sigmoid\".");
}

}  // namespace
}  // namespace gril

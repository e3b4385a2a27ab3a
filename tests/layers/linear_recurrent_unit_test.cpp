#include "gril/layers/linear_recurrent_unit.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

using Complex = std::complex<double>;

/// The equations of the header, one complex number at a time: outputs (T, m) and state (n, 2).
struct Definition {
  at::Tensor outputs, state;
};

Definition definition(const LinearRecurrentUnit& layer, const at::Tensor& tokens) {
  const auto p = layer.named_parameters();
  const auto number = [&](const char* name, int64_t i, int64_t j = -1) {
    return (j < 0 ? p[name][i] : p[name][i][j]).item<double>();
  };
  const auto& o = layer.options();
  std::vector<Complex> state(static_cast<std::size_t>(o.state_size));
  at::Tensor outputs = at::zeros({tokens.size(0), o.output_size}, at::kDouble);
  for (int64_t t = 0; t < tokens.size(0); ++t) {
    for (int64_t k = 0; k < o.state_size; ++k) {
      Complex input = 0.0;
      for (int64_t j = 0; j < o.input_size; ++j) {
        input += Complex(number("input_map_real", k, j), number("input_map_imaginary", k, j)) *
                 tokens[t][j].item<double>();
      }
      const Complex eigenvalue = std::exp(
          Complex(-std::exp(number("log_decay_rate", k)), std::exp(number("log_phase", k))));
      Complex& h = state[static_cast<std::size_t>(k)];
      h = eigenvalue * h + std::exp(number("log_input_scale", k)) * input;
      for (int64_t i = 0; i < o.output_size; ++i) {
        const Complex readout(number("readout_real", i, k), number("readout_imaginary", i, k));
        outputs[t][i] += (readout * h).real();
      }
    }
    if (o.feed_through) outputs[t] += p["feed_through"] * tokens[t];
  }
  const auto* parts = reinterpret_cast<const double*>(state.data());
  return {outputs, at::tensor(std::vector<double>(parts, parts + 2 * state.size())).view({-1, 2})};
}

void expect_equals_definition(const LinearRecurrentUnitOptions& options) {
  const at::NoGradGuard no_grad;
  LinearRecurrentUnit layer(options);
  layer.to(at::kDouble);
  layer.initialize(6);
  const at::Tensor input = testing::random_normal({2, 9, options.input_size}, 2);
  const SequenceOutput result = layer.forward(input, {});
  for (int64_t b = 0; b < 2; ++b) {
    const Definition expected = definition(layer, input[b]);
    EXPECT_TRUE(testing::agrees("output", result.output[b], expected.outputs, 1e-12));
    EXPECT_TRUE(testing::agrees("state", result.state[0][b], expected.state, 1e-12));
  }
}

TEST(LinearRecurrentUnit, EqualsItsDefinition) {
  expect_equals_definition({.input_size = 3, .state_size = 5});
  expect_equals_definition(
      {.input_size = 3, .output_size = 2, .state_size = 5, .feed_through = false});
}

/// The largest distance between the distribution of `sample` and Uniform(lowest, highest).
double distance_from_uniform(const at::Tensor& sample, double lowest, double highest) {
  const at::Tensor sorted = std::get<0>(sample.sort());
  const at::Tensor uniform = at::linspace(lowest, highest, sample.numel(), at::kDouble);
  return (sorted - uniform).abs().max().item<double>() / (highest - lowest);
}

TEST(LinearRecurrentUnit, StartsOnItsRing) {
  const at::NoGradGuard no_grad;
  LinearRecurrentUnit layer({.input_size = 1,
                             .state_size = 20000,
                             .r_min = 0.4,
                             .r_max = 0.9,
                             .max_phase = std::numbers::pi / 10});
  layer.to(at::kDouble);
  layer.initialize(1);
  const at::Tensor eigenvalues = layer.eigenvalues();
  const at::Tensor squares = eigenvalues.abs().square();
  // A distance of 0.0138 has probability 1e-3.
  EXPECT_LE(distance_from_uniform(squares, 0.16, 0.81), 0.0138);
  EXPECT_LE(distance_from_uniform(eigenvalues.angle(), 0.0, std::numbers::pi / 10), 0.0138);
  EXPECT_TRUE(testing::agrees("gamma", layer.named_parameters()["log_input_scale"].exp(),
                              (1.0 - squares).sqrt(), 1e-12));
}

TEST(LinearRecurrentUnit, MapsStartWithTheDeviationsOfTheFirstCode) {
  const LinearRecurrentUnit layer({.input_size = 100, .state_size = 400});
  const auto p = layer.named_parameters();
  const auto deviation = [&](const char* name) { return p[name].std().item<double>(); };
  EXPECT_NEAR(deviation("input_map_real") * std::sqrt(200.0), 1.0, 0.02);
  EXPECT_NEAR(deviation("input_map_imaginary") * std::sqrt(200.0), 1.0, 0.02);
  EXPECT_NEAR(deviation("readout_real") * std::sqrt(400.0), 1.0, 0.02);
  EXPECT_NEAR(deviation("readout_imaginary") * std::sqrt(400.0), 1.0, 0.02);
  EXPECT_NEAR(deviation("feed_through"), 1.0, 0.2);
}

TEST(LinearRecurrentUnit, RecurrenceIsEverythingThatShapesTheEigenvaluesAndTheirInput) {
  const LinearRecurrentUnit layer({.input_size = 1, .state_size = 1});
  EXPECT_EQ(layer.recurrence_parameters(),
            (std::vector<std::string>{"log_decay_rate", "log_phase", "log_input_scale"}));
}

TEST(LinearRecurrentUnit, RefusesOptionsThatItCannotBuild) {
  const auto refusal = [](const LinearRecurrentUnitOptions& options) {
    return error_text<InvalidArgument>([&] { LinearRecurrentUnit layer(options); });
  };
  EXPECT_EQ(refusal({.state_size = 1}),
            "[linear_recurrent_unit] input_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1}),
            "[linear_recurrent_unit] state_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1, .output_size = -1, .state_size = 1}),
            "[linear_recurrent_unit] output_size must be at least 1; got -1.");
  EXPECT_EQ(refusal({.input_size = 1, .state_size = 1, .r_min = 0.9, .r_max = 0.9}),
            "[linear_recurrent_unit] the radii must satisfy 0 <= r_min < r_max <= 1; got r_min 0.9 "
            "and r_max 0.9.");
  EXPECT_EQ(refusal({.input_size = 1, .state_size = 1, .max_phase = 0.0}),
            "[linear_recurrent_unit] max_phase must be above 0; got 0.");
  EXPECT_EQ(refusal({.input_size = 2, .output_size = 3, .state_size = 1}),
            "[linear_recurrent_unit] output_size must be input_size = 2 with feed_through; got 3. "
            "Switch feed_through off.");
}

TEST(LinearRecurrentUnit, RefusesAStateOfAnotherShape) {
  const LinearRecurrentUnit layer({.input_size = 1, .state_size = 3});
  const std::string text = error_text<c10::ValueError>([&] {
    layer.forward(at::zeros({2, 1, 1}), {at::zeros({2, 3})});
  });
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "[linear_recurrent_unit] state tensor 0 must have shape (2, 3, 2) and dtype float32; "
            "got (2, 3) and float32.");
}

}  // namespace
}  // namespace gril

#include "gril/layers/selective_state_space.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr SelectiveStateSpaceOptions kOptions{.input_size = 3,
                                              .output_size = 2,
                                              .channels = 4,
                                              .state_size = 3,
                                              .timescale_rank = 2,
                                              .window = 3};

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double silu(double x) { return x * sigmoid(x); }
double softplus(double x) { return std::log1p(std::exp(x)); }

/// The layer's parameters and the equations of its header, one number at a time.
class Definition {
 public:
  explicit Definition(const SelectiveStateSpace& layer)
      : options_(layer.options()), parameters_(layer.named_parameters()) {}

  /// Outputs (T, m) of one sequence (T, D).
  at::Tensor outputs(const at::Tensor& tokens) const {
    const auto& o = options_;
    at::Tensor state = at::zeros({o.channels, o.state_size}, at::kDouble);
    std::vector<at::Tensor> rows;
    for (int64_t t = 0; t < tokens.size(0); ++t) {
      const at::Tensor token = convolved(tokens, t);
      at::Tensor gated = at::empty({o.channels}, at::kDouble);
      for (int64_t e = 0; e < o.channels; ++e) {
        const double reading = advance(state, token, e);
        const double gate = silu(at::mv(of("gate_map"), tokens[t])[e].item<double>());
        gated[e] = gate * (reading + number("feed_through", e) * token[e].item<double>());
      }
      rows.push_back(at::mv(of("output_map"), gated));
    }
    return at::stack(rows);
  }

 private:
  at::Tensor of(const char* name) const { return parameters_[name].detach(); }
  double number(const char* name, int64_t i) const { return of(name)[i].item<double>(); }

  /// c_t.
  at::Tensor convolved(const at::Tensor& tokens, int64_t t) const {
    at::Tensor result = at::empty({options_.channels}, at::kDouble);
    for (int64_t e = 0; e < options_.channels; ++e) {
      double sum = number("convolution_bias", e);
      for (int64_t j = 0; j < options_.window && j <= t; ++j) {
        const double u = at::mv(of("input_map"), tokens[t - j])[e].item<double>();
        sum += of("convolution")[e][j].item<double>() * u;
      }
      result[e] = silu(sum);
    }
    return result;
  }

  /// Updates row e of the state with token c and returns its reading.
  double advance(at::Tensor& state, const at::Tensor& token, int64_t e) const {
    const at::Tensor reduced = at::mv(of("timescale_reduction"), token);
    const double timescale = softplus(at::mv(of("timescale_map"), reduced)[e].item<double>() +
                                      number("timescale_bias", e));
    const at::Tensor inputs = at::mv(of("state_input_map"), token);
    const at::Tensor readout = at::mv(of("readout_map"), token);
    double reading = 0.0;
    for (int64_t n = 0; n < options_.state_size; ++n) {
      const double rate = std::exp(of("log_decay_rate")[e][n].item<double>());
      const double written = timescale * inputs[n].item<double>() * token[e].item<double>();
      state[e][n] = std::exp(-timescale * rate) * state[e][n].item<double>() + written;
      reading += state[e][n].item<double>() * readout[n].item<double>();
    }
    return reading;
  }

  SelectiveStateSpaceOptions options_;
  torch::OrderedDict<std::string, torch::Tensor> parameters_;
};

TEST(SelectiveStateSpace, EqualsItsDefinition) {
  const at::NoGradGuard no_grad;
  SelectiveStateSpace layer(kOptions);
  layer.to(at::kDouble);
  layer.initialize(6);
  auto p = layer.named_parameters();
  p["log_decay_rate"].add_(testing::random_normal({4, 3}, 1));
  p["feed_through"].add_(testing::random_normal({4}, 2));
  const Definition definition(layer);
  const at::Tensor input = testing::random_normal({2, 7, 3}, 3);
  const at::Tensor output = layer.forward(input, {}).output;
  for (int64_t b = 0; b < 2; ++b) {
    EXPECT_TRUE(testing::agrees("output", output[b], definition.outputs(input[b]), 1e-12));
  }
}

TEST(SelectiveStateSpace, StartsAsThePublishedCodeDoes) {
  SelectiveStateSpace layer({.input_size = 40, .channels = 2000, .state_size = 4});
  layer.to(at::kDouble);
  layer.initialize(1);
  const auto p = layer.named_parameters();
  const at::Tensor rates = p["log_decay_rate"].detach().exp();
  const at::Tensor expected = at::arange(1, 5, at::kDouble).expand({2000, 4});
  EXPECT_TRUE(testing::agrees("rates", rates, expected, 1e-15));
  EXPECT_TRUE(at::equal(p["feed_through"].detach(), at::ones({2000}, at::kDouble)));
  const at::Tensor timescale = at::softplus(p["timescale_bias"].detach());
  EXPECT_GE(timescale.min().item<double>(), 1e-3 * (1.0 - 1e-12));
  EXPECT_LE(timescale.max().item<double>(), 1e-1 * (1.0 + 1e-12));
  // Log-uniform: the mean of the logarithm is that of the ends, within 5 standard errors.
  const double standard_error = std::log(100.0) / std::sqrt(12.0 * 2000.0);
  EXPECT_NEAR(timescale.log().mean().item<double>(), std::log(1e-2), 5.0 * standard_error);
}

TEST(SelectiveStateSpace, FillsInTheSizesThatAreNotGiven) {
  const SelectiveStateSpace layer({.input_size = 17});
  EXPECT_EQ(layer.options().output_size, 17);
  EXPECT_EQ(layer.options().channels, 34);
  EXPECT_EQ(layer.options().state_size, 16);
  EXPECT_EQ(layer.options().timescale_rank, 2);
  EXPECT_EQ(layer.options().window, 4);
}

TEST(SelectiveStateSpace, RefusesOptionsThatItCannotBuild) {
  const auto refusal = [](const SelectiveStateSpaceOptions& options) {
    return error_text<InvalidArgument>([&] { SelectiveStateSpace layer(options); });
  };
  const std::string where = "[selective_state_space] ";
  EXPECT_EQ(refusal({}), where + "input_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1, .output_size = -1}),
            where + "output_size must be at least 1; got -1.");
  EXPECT_EQ(refusal({.input_size = 1, .channels = -2}),
            where + "channels must be at least 1; got -2.");
  EXPECT_EQ(refusal({.input_size = 1, .state_size = 0}),
            where + "state_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1, .timescale_rank = -1}),
            where + "timescale_rank must be at least 1; got -1.");
  EXPECT_EQ(refusal({.input_size = 1, .window = 0}), where + "window must be at least 1; got 0.");
}

TEST(SelectiveStateSpace, RefusesAStateOfAnotherBatch) {
  const SelectiveStateSpace layer(kOptions);
  const std::string text = error_text<c10::ValueError>([&] {
    layer.forward(at::zeros({2, 1, 3}), layer.initial_state(1));
  });
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "[selective_state_space] state tensor 0 must have shape (2, 4, 3) and dtype float32; "
            "got (1, 4, 3) and float32.");
}

}  // namespace
}  // namespace gril

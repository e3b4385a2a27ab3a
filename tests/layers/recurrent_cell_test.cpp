// Lstm and Gru against their equations, one number at a time.
#include "gril/layers/recurrent_cell.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/layers/gru.h"
#include "gril/layers/lstm.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr RecurrentCellOptions kOptions{.input_size = 3, .state_size = 4};
constexpr std::size_t kStateSize = 4;
using Numbers = std::vector<double>;

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

Numbers numbers_of(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

/// map · vector + bias, map with `bias.size()` rows.
Numbers affine(const at::Tensor& map, const Numbers& vector, const at::Tensor& bias) {
  const Numbers weights = numbers_of(map);
  Numbers result = numbers_of(bias);
  for (std::size_t i = 0; i < result.size(); ++i) {
    for (std::size_t j = 0; j < vector.size(); ++j) {
      result[i] += weights[i * vector.size() + j] * vector[j];
    }
  }
  return result;
}

/// The two affine maps of a cell for one token, gate by gate: W x + a and U h + b.
struct GateInputs {
  Numbers from_token, from_state;
  double token(std::size_t gate, std::size_t unit) const {
    return from_token[gate * kStateSize + unit];
  }
  double state(std::size_t gate, std::size_t unit) const {
    return from_state[gate * kStateSize + unit];
  }
  double sum(std::size_t gate, std::size_t unit) const {
    return token(gate, unit) + state(gate, unit);
  }
};

GateInputs gate_inputs(const SequenceLayer& layer, const at::Tensor& token, const Numbers& h) {
  const auto p = layer.named_parameters();
  return {affine(p["input_map"], numbers_of(token), p["input_bias"]),
          affine(p["recurrent_map"], h, p["recurrent_bias"])};
}

void lstm_step(const SequenceLayer& layer, const at::Tensor& token, Numbers& h, Numbers& c) {
  const GateInputs gates = gate_inputs(layer, token, h);
  for (std::size_t k = 0; k < kStateSize; ++k) {
    c[k] = sigmoid(gates.sum(1, k)) * c[k] + sigmoid(gates.sum(0, k)) * std::tanh(gates.sum(2, k));
    h[k] = sigmoid(gates.sum(3, k)) * std::tanh(c[k]);
  }
}

void gru_step(const SequenceLayer& layer, const at::Tensor& token, Numbers& h) {
  const GateInputs gates = gate_inputs(layer, token, h);
  for (std::size_t k = 0; k < kStateSize; ++k) {
    const double reset = sigmoid(gates.sum(0, k));
    const double keep = sigmoid(gates.sum(1, k));
    const double candidate = std::tanh(gates.token(2, k) + reset * gates.state(2, k));
    h[k] = (1.0 - keep) * candidate + keep * h[k];
  }
}

/// Float64, every parameter drawn, biases included.
template <typename Cell>
Cell random_cell() {
  Cell cell(kOptions);
  cell.to(at::kDouble);
  const at::NoGradGuard no_grad;
  uint64_t seed = 1;
  for (auto& item : cell.named_parameters()) {
    item.value().copy_(testing::random_normal(item.value().sizes().vec(), seed++));
  }
  return cell;
}

TEST(Lstm, EqualsItsEquations) {
  const auto cell = random_cell<Lstm>();
  const at::Tensor input = testing::random_normal({1, 7, 3}, 20);
  const LayerState start = {testing::random_normal({1, 4}, 21), testing::random_normal({1, 4}, 22)};
  const SequenceOutput result = cell.forward(input, start);
  Numbers h = numbers_of(start[0]);
  Numbers c = numbers_of(start[1]);
  for (int64_t t = 0; t < 7; ++t) {
    lstm_step(cell, input[0][t], h, c);
    EXPECT_TRUE(testing::agrees("output", result.output[0][t], at::tensor(h), 1e-12)) << t;
  }
  EXPECT_TRUE(testing::agrees("h", result.state[0][0], at::tensor(h), 1e-12));
  EXPECT_TRUE(testing::agrees("c", result.state[1][0], at::tensor(c), 1e-12));
}

TEST(Gru, EqualsItsEquations) {
  const auto cell = random_cell<Gru>();
  const at::Tensor input = testing::random_normal({1, 7, 3}, 20);
  const LayerState start = {testing::random_normal({1, 4}, 21)};
  const SequenceOutput result = cell.forward(input, start);
  Numbers h = numbers_of(start[0]);
  for (int64_t t = 0; t < 7; ++t) {
    gru_step(cell, input[0][t], h);
    EXPECT_TRUE(testing::agrees("output", result.output[0][t], at::tensor(h), 1e-12)) << t;
  }
  EXPECT_TRUE(testing::agrees("h", result.state[0][0], at::tensor(h), 1e-12));
}

TEST(Lstm, StartsByRemembering) {
  const Lstm cell({.input_size = 100, .state_size = 64});
  const auto p = cell.named_parameters();
  const auto gates = p["input_bias"].detach().view({4, 64});
  EXPECT_TRUE(at::equal(gates[1], at::ones({64})));
  EXPECT_EQ(gates.sum().item<float>(), 64.0F);
  EXPECT_EQ(p["recurrent_bias"].abs().max().item<float>(), 0.0F);
  EXPECT_NEAR(p["input_map"].std().item<double>() * std::sqrt(100.0), 1.0, 0.02);
  EXPECT_NEAR(p["recurrent_map"].std().item<double>() * std::sqrt(64.0), 1.0, 0.02);
}

TEST(Gru, StartsWithoutBiases) {
  const Gru cell({.input_size = 100, .state_size = 64});
  const auto p = cell.named_parameters();
  EXPECT_EQ(p["input_bias"].abs().max().item<float>(), 0.0F);
  EXPECT_EQ(p["recurrent_bias"].abs().max().item<float>(), 0.0F);
  EXPECT_NEAR(p["input_map"].std().item<double>() * std::sqrt(100.0), 1.0, 0.02);
  EXPECT_NEAR(p["recurrent_map"].std().item<double>() * std::sqrt(64.0), 1.0, 0.02);
}

TEST(RecurrentCell, RefusesEmptySizes) {
  EXPECT_EQ(error_text<InvalidArgument>([] { Lstm cell({.state_size = 1}); }),
            "[lstm] input_size must be at least 1; got 0.");
  EXPECT_EQ(error_text<InvalidArgument>([] { Gru cell({.input_size = 1}); }),
            "[gru] state_size must be at least 1; got 0.");
}

TEST(RecurrentCell, RefusesStatesOfOtherCells) {
  const Lstm lstm(kOptions);
  const Gru gru(kOptions);
  const auto refusal = [](const SequenceLayer& layer, const LayerState& state) {
    const std::string text = error_text<c10::ValueError>([&] {
      layer.forward(at::zeros({2, 1, 3}), state);
    });
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(refusal(lstm, gru.initial_state(2)),
            "[lstm] state must hold 2 tensors; got 1. Pass initial_state(batch) or the state of an "
            "earlier call.");
  EXPECT_EQ(refusal(gru, gru.initial_state(3)),
            "[gru] state tensor 0 must have shape (2, 4) and dtype float32; got (3, 4) and "
            "float32.");
}

}  // namespace
}  // namespace gril

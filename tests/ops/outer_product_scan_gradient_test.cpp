#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "gril/ops/outer_product_scan/outer_product_scan.h"
#include "gril/ops/outer_product_scan/outer_product_scan_reference.h"
#include "tests/support/counted_memory.h"
#include "tests/support/tensor_compare.h"
#include "tests/support/tolerance.h"

namespace gril::testing {
namespace {

/// Arguments of one call: B 2, H 2, V 3, K 5, float64, asking for gradients.
struct Call {
  explicit Call(int64_t length, at::IntArrayRef decay_shape = {2})
      : values(leaf({2, length, 2, 3})),
        keys(leaf({2, length, 2, 5})),
        queries(leaf({2, length, 2, 5})),
        decay(at::rand(decay_shape, at::kDouble).requires_grad_()),
        initial_state(leaf({2, 2, 3, 5})) {}

  static at::Tensor leaf(at::IntArrayRef sizes) {
    return at::randn(sizes, at::kDouble).requires_grad_();
  }
  Tensors arguments() const { return {values, keys, queries, decay, initial_state}; }
  std::tuple<at::Tensor, at::Tensor> scan() const {
    return outer_product_scan(values, keys, queries, decay, initial_state);
  }

  at::Tensor values, keys, queries, decay, initial_state;
};

const std::vector<std::string> argument_names = {"values", "keys", "queries", "decay",
                                                 "initial_state"};

TEST(OuterProductScan, BackwardReferenceEqualsGradientOfReference) {
  for (const bool strict : {false, true}) {
    for (const bool reverse : {false, true}) {
      for (const auto& shape :
           std::vector<std::vector<int64_t>>{{2}, {2, 3, 5}, {2, 7, 2}, {2, 7, 2, 1}}) {
        const Call call(7, shape);
        const auto [outputs, state] = outer_product_scan_reference(
            call.values, call.keys, call.queries, call.decay, call.initial_state, strict, reverse);
        const at::Tensor outputs_gradient = at::randn_like(outputs);
        const at::Tensor state_gradient = at::randn_like(state);
        const auto expected = torch::autograd::grad({outputs, state}, call.arguments(),
                                                    {outputs_gradient, state_gradient});
        const at::NoGradGuard no_gradient;
        const auto [values, keys, queries, decay, initial] = outer_product_scan_backward_reference(
            outputs_gradient, state_gradient, call.values, call.keys, call.queries, call.decay,
            call.initial_state, strict, reverse);
        expect_agreement(argument_names, {values, keys, queries, decay, initial}, expected,
                         tolerance_of(at::kDouble));
      }
    }
  }
}

TEST(OuterProductScan, GradientThroughFinalStateAloneEqualsThatOfReference) {
  const Call call(70);
  const at::Tensor state = std::get<1>(call.scan());
  const at::Tensor expected_state = std::get<1>(outer_product_scan_reference(
      call.values, call.keys, call.queries, call.decay, call.initial_state, false, false));
  const at::Tensor weights = at::randn_like(state);
  const Tensors inputs = {call.values, call.keys, call.decay, call.initial_state};
  expect_agreement({"values", "keys", "decay", "initial_state"},
                   torch::autograd::grad({state}, inputs, {weights}),
                   torch::autograd::grad({expected_state}, inputs, {weights}),
                   tolerance_of(at::kDouble));
}

TEST(OuterProductScan, SecondOrderGradientIsRefusedWithDocumentedText) {
  const Call call(3);
  const at::Tensor outputs = std::get<0>(call.scan());
  const auto gradients = torch::autograd::grad({outputs.sum()}, {call.values}, {}, true, true);
  try {
    torch::autograd::grad({gradients[0].sum()}, {call.keys});
    ADD_FAILURE() << "nothing was thrown";
  } catch (const c10::NotImplementedError& error) {
    EXPECT_EQ(std::string(error.what_without_backtrace()),
              "[outer_product_scan] gradients are of first order only; got a request for the "
              "second. Differentiate outer_product_scan_reference instead.");
  }
}

TEST(OuterProductScan, PerStepDecayMayHaveATrailingAxis) {
  const Call call(70, {2, 70, 2});
  const at::Tensor wider = call.decay.detach().unsqueeze(-1).requires_grad_();
  const at::Tensor outputs = std::get<0>(call.scan());
  const at::Tensor same = std::get<0>(
      outer_product_scan(call.values, call.keys, call.queries, wider, call.initial_state));
  EXPECT_TRUE(at::equal(outputs, same));
  const at::Tensor weights = at::randn_like(outputs);
  const at::Tensor gradient = torch::autograd::grad({outputs}, {call.decay}, {weights})[0];
  const at::Tensor wider_gradient = torch::autograd::grad({same}, {wider}, {weights})[0];
  EXPECT_TRUE(at::equal(gradient.unsqueeze(-1), wider_gradient));
}

TEST(OuterProductScan, DecayThatFitsTwoFormsIsElementwise) {
  // (H, V, K) = (B, T, H) = (2, 3, 2).
  const at::Tensor values = at::randn({2, 3, 2, 3}, at::kDouble);
  const at::Tensor keys = at::randn({2, 3, 2, 2}, at::kDouble);
  const at::Tensor decay = at::rand({2, 3, 2}, at::kDouble);
  const at::Tensor state = std::get<1>(outer_product_scan(values, keys, keys, decay));
  at::Tensor expected = at::zeros({2, 2, 3, 2}, at::kDouble);
  for (int64_t t = 0; t < 3; ++t) {
    expected =
        decay * expected + values.select(1, t).unsqueeze(-1) * keys.select(1, t).unsqueeze(-2);
  }
  EXPECT_TRUE(agrees("final_state", state, expected, tolerance_of(at::kDouble)));
}

TEST(OuterProductScan, DecaysThatUnderflowGiveNoNan) {
  const Call call(200);
  const at::Tensor decay = at::full({2}, 1e-200, at::kDouble).requires_grad_();
  const auto run = [&](auto scan) {
    const auto [outputs, state] = scan(call.values, call.keys, call.queries, decay,
                                       c10::optional<at::Tensor>(call.initial_state), false, false);
    Tensors results = torch::autograd::grad({outputs.sum() + state.sum()},
                                            {call.values, call.keys, call.queries, decay});
    results.push_back(outputs);
    return results;
  };
  expect_agreement({"values", "keys", "queries", "decay", "outputs"}, run(outer_product_scan),
                   run(outer_product_scan_reference), tolerance_of(at::kDouble));
}

TEST(OuterProductScan, EmptyKeysGiveZeroOutputs) {
  const at::Tensor outputs = std::get<0>(outer_product_scan(
      at::randn({2, 3, 2, 4}), at::randn({2, 3, 2, 0}), at::randn({2, 3, 2, 0}), at::rand({2})));
  EXPECT_TRUE(at::equal(outputs, at::zeros({2, 3, 2, 4})));
}

TEST(OuterProductScan, MetaTensorsGiveShapes) {
  const auto options = at::TensorOptions(at::kFloat).device(at::kMeta);
  const auto [outputs, state] =
      outer_product_scan(at::empty({2, 5, 3, 4}, options), at::empty({2, 5, 3, 6}, options),
                         at::empty({2, 5, 3, 6}, options), at::empty({3}, options));
  EXPECT_EQ(outputs.sizes(), at::IntArrayRef({2, 5, 3, 4}));
  EXPECT_EQ(state.sizes(), at::IntArrayRef({2, 3, 4, 6}));
}

/// Bytes that the forward and backward pass allocate in all, at K = V = 32, B 1, H 1.
int64_t bytes_of_both_passes(int64_t length, at::IntArrayRef decay_shape) {
  const auto sequence = [&] { return at::randn({1, length, 1, 32}).requires_grad_(); };
  const Tensors inputs = {sequence(), sequence(), sequence(),
                          at::rand(decay_shape).requires_grad_()};
  const CountedMemory counter;
  const at::Tensor outputs =
      std::get<0>(outer_product_scan(inputs[0], inputs[1], inputs[2], inputs[3]));
  torch::autograd::grad({outputs}, inputs, {outputs.detach()});
  return counter.bytes();
}

TEST(OuterProductScan, MemoryIsLinearInLengthWithoutAStatePerStep) {
  for (const auto& decay_shape : std::vector<std::vector<int64_t>>{{1}, {1, 32, 32}}) {
    const int64_t once = bytes_of_both_passes(4096, decay_shape);
    const int64_t twice = bytes_of_both_passes(8192, decay_shape);
    EXPECT_LT(twice, 2 * once + 1) << "bytes for twice the length";
    constexpr int64_t kStatePerStep = int64_t{8192} * 32 * 32 * 4;
    EXPECT_LT(twice, kStatePerStep / 4);
    // Four results of (T, 32), gradient of the outputs, and one state per 32 steps: 6 (V + K) / 2.
    EXPECT_LT(twice, int64_t{8192} * 8 * 32 * 4);
  }
}

}  // namespace
}  // namespace gril::testing

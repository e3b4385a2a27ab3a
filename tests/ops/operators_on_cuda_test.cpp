// The operators on CUDA tensors, reached through the dispatcher as layers and Python do, compared
// with the definitions on the CPU.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "gril/ops/causal_convolution/causal_convolution.h"
#include "gril/ops/gated_head_norm/gated_head_norm.h"
#include "gril/ops/linear_scan/linear_scan.h"
#include "gril/ops/linear_scan/linear_scan_reference.h"
#include "gril/ops/outer_product_scan/outer_product_scan.h"
#include "gril/ops/outer_product_scan/outer_product_scan_reference.h"
#include "gril/ops/outer_product_scan/ranked_outer_product_scan.h"
#include "tests/support/gradient_check.h"
#include "tests/support/tolerance.h"

namespace gril::testing {
namespace {

class OperatorsOnCuda : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!at::hasCUDA()) GTEST_SKIP() << "libtorch sees no CUDA device";
    at::manual_seed(1);
  }
};

Tensors moved(const Tensors& tensors, at::Device device) {
  Tensors result;
  for (const at::Tensor& tensor : tensors) result.push_back(tensor.detach().to(device));
  return result;
}

/// Results and gradients of `call` on CUDA and of `reference` on the CPU.
void expect_equal(const TensorFunction& call, const TensorFunction& reference,
                  const Tensors& inputs, const std::vector<std::string>& input_names,
                  const std::vector<std::string>& output_names) {
  const double tolerance = tolerance_of(inputs.front().scalar_type());
  const Tensors on_device = differentiable(moved(inputs, at::kCUDA));
  const Tensors weights = random_weights(reference, inputs);
  const Tensors outputs = call(on_device);
  for (const at::Tensor& output : outputs) EXPECT_TRUE(output.is_cuda());
  expect_agreement(output_names, moved(outputs, at::kCPU), reference(inputs), tolerance);
  expect_agreement(input_names,
                   moved(weighted_gradients(call, on_device, moved(weights, at::kCUDA)), at::kCPU),
                   weighted_gradients(reference, differentiable(inputs), weights), tolerance);
}

TEST_F(OperatorsOnCuda, LinearScanEqualsItsDefinition) {
  for (const auto type : {at::kDouble, at::kComplexDouble}) {
    for (const bool varying : {false, true}) {
      for (const bool reverse : {false, true}) {
        SCOPED_TRACE(::testing::Message()
                     << type << ", varying " << varying << ", reverse " << reverse);
        const at::Tensor decay = varying ? at::rand({3, 131, 7}, type) : at::rand({7}, type);
        expect_equal(
            [&](const Tensors& in) -> Tensors {
              return {linear_scan(in[0], in[1], in[2], reverse)};
            },
            [&](const Tensors& in) -> Tensors {
              return {linear_scan_reference(in[0], in[1], in[2], reverse)};
            },
            {decay / 1.5, at::randn({3, 131, 7}, type), at::randn({3, 7}, type)},
            {"decay", "input", "initial_state"}, {"states"});
      }
    }
  }
}

TEST_F(OperatorsOnCuda, OuterProductScanEqualsItsDefinition) {
  const auto random = [](at::IntArrayRef sizes) { return at::randn(sizes, at::kDouble); };
  for (const auto& decay_shape : std::vector<std::vector<int64_t>>{{2}, {2, 5, 9}, {3, 131, 2}}) {
    for (const bool strict : {false, true}) {
      for (const bool reverse : {false, true}) {
        SCOPED_TRACE(::testing::Message() << "axes of decay " << decay_shape.size() << ", strict "
                                          << strict << ", reverse " << reverse);
        const auto scan = [&](auto function) {
          return [=](const Tensors& in) -> Tensors {
            const auto [outputs, state] = function(
                in[0], in[1], in[2], in[3], c10::optional<at::Tensor>(in[4]), strict, reverse);
            return {outputs, state};
          };
        };
        expect_equal(scan(outer_product_scan), scan(outer_product_scan_reference),
                     {random({3, 131, 2, 5}), random({3, 131, 2, 9}), random({3, 131, 2, 9}),
                      at::rand(decay_shape, at::kDouble), random({3, 2, 5, 9})},
                     {"values", "keys", "queries", "decay", "initial_state"},
                     {"outputs", "final_state"});
      }
    }
  }
}

TEST_F(OperatorsOnCuda, OperatorsThatServeLayersEqualThoseOfTheProcessor) {
  const auto random = [](at::IntArrayRef sizes) { return at::randn(sizes, at::kDouble); };
  const TensorFunction convolution = [](const Tensors& in) {
    return causal_convolution(in[0], in[1], {in[2], in[3], PointwiseActivation::kSilu}, {5, 6, 3});
  };
  expect_equal(convolution, convolution,
               {random({3, 131, 14}), random({3, 3, 11}), random({4, 11}), random({11})},
               {"stream", "history", "weights", "bias"}, {"first", "second", "passed"});
  const TensorFunction norm = [](const Tensors& in) -> Tensors {
    return {gated_head_norm(in[0], in[1], {0.1, PointwiseActivation::kSilu})};
  };
  expect_equal(norm, norm, {random({3, 131, 2, 9}), random({3, 131, 18})}, {"readings", "gate"},
               {"output"});
}

TEST_F(OperatorsOnCuda, RankedScanEqualsThatOfTheProcessor) {
  const auto random = [](at::IntArrayRef sizes) { return at::randn(sizes, at::kDouble); };
  const RankedScanArguments here{random({3, 70, 4, 5}), random({3, 70, 4, 9}),
                                 random({3, 70, 2, 9}), at::rand({2, 5, 9}, at::kDouble),
                                 random({3, 2, 5, 9}),  false};
  const Tensors there =
      moved({here.values, here.keys, here.queries, here.decay, here.initial_state}, at::kCUDA);
  const RankedScanArguments on_device{there[0], there[1], there[2], there[3], there[4], false};
  const auto [outputs, state] = ranked_outer_product_scan(on_device);
  const auto [expected, expected_state] = ranked_outer_product_scan(here);
  const auto gradients =
      ranked_outer_product_scan_backward(on_device, outputs.detach(), state.detach(), true);
  const auto expected_gradients =
      ranked_outer_product_scan_backward(here, expected, expected_state, true);
  expect_agreement(
      {"outputs", "state", "values", "keys", "queries", "decay", "initial_state"},
      moved({outputs, state, gradients.values, gradients.keys, gradients.queries, gradients.decay,
             gradients.initial_state},
            at::kCPU),
      {expected, expected_state, expected_gradients.values, expected_gradients.keys,
       expected_gradients.queries, expected_gradients.decay, expected_gradients.initial_state},
      tolerance_of(at::kDouble));
}

}  // namespace
}  // namespace gril::testing

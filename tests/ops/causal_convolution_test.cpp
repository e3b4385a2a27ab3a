#include "gril/ops/causal_convolution/causal_convolution.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "gril/ops/causal_convolution/causal_convolution_arguments.h"
#include "gril/ops/causal_convolution/causal_convolution_composition.h"
#include "tests/support/operator_suite.h"

namespace gril::testing {
namespace {

using Optional = c10::optional<at::Tensor>;

struct Variant {
  const char* name;
  int64_t window;
  PointwiseActivation activation;
  bool history;
  bool bias;
  int64_t streams;  ///< each as wide as the test's features; behind them one that is passed
  bool passed;
};

constexpr Variant kVariants[] = {
    {"window_of_one", 1, PointwiseActivation::kNone, false, false, 1, false},
    {"from_zeros", 4, PointwiseActivation::kNone, false, false, 1, false},
    {"silu_with_history", 4, PointwiseActivation::kSilu, true, false, 1, false},
    {"silu_with_bias_from_zeros", 3, PointwiseActivation::kSilu, false, true, 1, false},
    {"sigmoid_with_all", 2, PointwiseActivation::kSigmoid, true, true, 2, true},
    {"silu_of_three_streams_and_one_passed", 4, PointwiseActivation::kSilu, true, false, 3, true},
    {"window_beyond_most_lengths", 40, PointwiseActivation::kSilu, true, false, 1, false},
};

/// Stream, weights, and what the variant has of history and bias.
Tensors make_inputs(const Variant& variant, const SuiteSize& size, at::ScalarType type) {
  const int64_t convolved = variant.streams * size.features;
  const int64_t all = convolved + (variant.passed ? size.features : 0);
  Tensors inputs = {at::randn({size.batch, size.length, all}, type),
                    at::randn({variant.window, convolved}, type)};
  if (variant.history)
    inputs.push_back(at::randn({size.batch, variant.window - 1, convolved}, type));
  if (variant.bias) inputs.push_back(at::randn({convolved}, type));
  return inputs;
}

std::vector<int64_t> sizes_of(const Variant& variant, const Tensors& inputs) {
  const int64_t count = variant.streams + (variant.passed ? 1 : 0);
  return std::vector<int64_t>(static_cast<size_t>(count), inputs[0].size(2) / count);
}

Optional history_of(const Variant& variant, const Tensors& inputs) {
  return variant.history ? Optional(inputs[2]) : c10::nullopt;
}

Optional bias_of(const Variant& variant, const Tensors& inputs) {
  return variant.bias ? Optional(inputs.back()) : c10::nullopt;
}

Tensors call(const Variant& variant, const Tensors& inputs) {
  return causal_convolution(inputs[0], history_of(variant, inputs),
                            {inputs[1], bias_of(variant, inputs), variant.activation},
                            sizes_of(variant, inputs));
}

/// What the tokens before the first one are.
at::Tensor before(const Variant& variant, const Tensors& inputs) {
  const at::Tensor& stream = inputs[0];
  if (variant.history) return inputs[2];
  return at::zeros({stream.size(0), variant.window - 1, inputs[1].size(1)}, stream.options());
}

at::Tensor activated(PointwiseActivation activation, const at::Tensor& z) {
  if (activation == PointwiseActivation::kNone) return z;
  const at::Tensor share = 1 / (1 + at::exp(-z));
  return activation == PointwiseActivation::kSilu ? z * share : share;
}

/// The equation, on the stream behind its history.
Tensors definition(const Variant& variant, const Tensors& inputs) {
  const at::Tensor& stream = inputs[0];
  const at::Tensor& weights = inputs[1];
  const int64_t convolved = weights.size(1);
  const at::Tensor tokens = at::cat({before(variant, inputs), stream.narrow(2, 0, convolved)}, 1);
  at::Tensor sum = at::zeros({stream.size(0), stream.size(1), convolved}, stream.options());
  for (int64_t j = 0; j < variant.window; ++j)
    sum = sum + weights[j] * tokens.narrow(1, variant.window - 1 - j, stream.size(1));
  if (variant.bias) sum = sum + inputs.back();
  const at::Tensor passed = stream.narrow(2, convolved, stream.size(2) - convolved);
  const at::Tensor result = at::cat({activated(variant.activation, sum), passed}, 2);
  return at::split_with_sizes(result, sizes_of(variant, inputs), 2);
}

/// Both parts, the first one's history carried over.
Tensors in_two_parts(const Variant& variant, const Tensors& inputs, int64_t first) {
  Variant carried = variant;
  carried.history = true;
  const at::Tensor& stream = inputs[0];
  const int64_t convolved = inputs[1].size(1);
  const at::Tensor early = stream.narrow(1, 0, first);
  const auto part = [&](const at::Tensor& tokens, const at::Tensor& history) {
    Tensors all = {tokens, inputs[1], history};
    if (variant.bias) all.push_back(inputs.back());
    return call(carried, all);
  };
  const at::Tensor start = before(variant, inputs);
  const Tensors a = part(early, start);
  const Tensors b = part(stream.narrow(1, first, stream.size(1) - first),
                         next_history(early.narrow(2, 0, convolved), start, variant.window));
  Tensors whole;
  for (size_t i = 0; i < a.size(); ++i) whole.push_back(at::cat({a[i], b[i]}, 1));
  return whole;
}

at::Tensor zeros(at::IntArrayRef sizes, at::TensorOptions options = at::kFloat) {
  return at::zeros(sizes, options);
}

void convolve(const at::Tensor& stream, const at::Tensor& weights, at::IntArrayRef sizes,
              const Optional& history = c10::nullopt, const Optional& bias = c10::nullopt) {
  causal_convolution(stream, history, {weights, bias, PointwiseActivation::kNone}, sizes);
}

std::vector<DocumentedError> operand_errors() {
  return {
      {[] {
         convolve(zeros({5, 8}), zeros({4, 8}), 8);
       },
       "[causal_convolution] stream must have shape (B, T, P); got (5, 8)."},
      {[] {
         convolve(zeros({2, 5, 8}, at::kBFloat16), zeros({4, 8}, at::kBFloat16), 8);
       },
       "[causal_convolution] stream must be float32 or float64; got bfloat16. Convert it first."},
      {[] {
         convolve(zeros({2, 5, 8}), zeros({8}), 8);
       },
       "[causal_convolution] weights must have shape (w, F); got (8)."},
      {[] {
         convolve(zeros({2, 5, 8}), zeros({4, 8}, at::kDouble), 8);
       },
       "[causal_convolution] weights must have the dtype of stream, float32; got float64. Convert "
       "one of them."},
      {[] {
         convolve(zeros({2, 5, 8}), zeros({0, 8}), 8);
       },
       "[causal_convolution] weights must have a row for the current token; got (0, 8)."},
  };
}

std::vector<DocumentedError> size_errors() {
  return {
      {[] {
         convolve(zeros({2, 5, 8}), zeros({4, 8}), {4, 3});
       },
       "[causal_convolution] sizes must add up to the features of stream, 8, and a first part of "
       "them to those of weights, 8; got (4, 3)."},
      {[] {
         const c10::InferenceMode inference;
         convolve(zeros({2, 5, 8}), zeros({4, 3}), {4, 4});
       },
       "[causal_convolution] sizes must add up to the features of stream, 8, and a first part of "
       "them to those of weights, 3; got (4, 4)."},
      {[] {
         convolve(zeros({2, 5, 8}), zeros({4, 8}), 8, zeros({2, 4, 8}));
       },
       "[causal_convolution] history must have shape (B, w-1, F) = (2, 3, 8); got (2, 4, 8)."},
      {[] {
         convolve(zeros({2, 5, 8}), zeros({4, 8}), 8, c10::nullopt, zeros({7}));
       },
       "[causal_convolution] bias must have shape (F) = (8); got (7)."},
      {[] {
         convolve(zeros({2, 5, 8}), zeros({4, 8}), {4, -1, 5});
       },
       "[causal_convolution] sizes must be at least 0; got (4, -1, 5)."},
      {[] {
         const at::Tensor stream = zeros({2, 5, 8});
         causal_convolution_op(stream, c10::nullopt, zeros({4, 8}), c10::nullopt, 9, {8});
       },
       "[causal_convolution] activation must be 0, 1 or 2; got 9."},
  };
}

std::vector<DocumentedError> documented_errors() {
  std::vector<DocumentedError> errors = operand_errors();
  for (const DocumentedError& error : size_errors()) errors.push_back(error);
  return errors;
}

std::vector<OperatorDescription> variants() {
  std::vector<OperatorDescription> descriptions;
  for (const Variant& variant : kVariants) {
    OperatorDescription op;
    op.variant = variant.name;
    op.input_names = {"stream", "weights"};
    if (variant.history) op.input_names.emplace_back("history");
    if (variant.bias) op.input_names.emplace_back("bias");
    const int64_t outputs = variant.streams + (variant.passed ? 1 : 0);
    for (int64_t i = 0; i < outputs; ++i) op.output_names.push_back("output " + std::to_string(i));
    op.dtypes = {at::kFloat, at::kDouble};
    op.call = [variant](const Tensors& inputs) { return call(variant, inputs); };
    op.reference = [variant](const Tensors& inputs) { return definition(variant, inputs); };
    op.make_inputs = [variant](const SuiteSize& size, at::ScalarType type) {
      return make_inputs(variant, size, type);
    };
    op.call_in_two_parts = [variant](const Tensors& inputs, int64_t first) {
      return in_two_parts(variant, inputs, first);
    };
    op.second_order = true;
    op.errors = documented_errors();
    descriptions.push_back(op);
  }
  return descriptions;
}

INSTANTIATE_TEST_SUITE_P(CausalConvolution, OperatorSuite, ::testing::ValuesIn(variants()),
                         variant_name);

TEST(CausalConvolution, ItsCompositionEqualsTheDefinitionWithGradients) {
  // What runs on other devices and without Highway.
  for (const Variant& variant : kVariants) {
    for (const int64_t length : {1, 3, 9}) {
      SCOPED_TRACE(::testing::Message() << variant.name << ", length " << length);
      const Tensors inputs = make_inputs(variant, {2, length, 3}, at::kDouble);
      const TensorFunction reference = [&](const Tensors& in) { return definition(variant, in); };
      const Optional history = history_of(variant, inputs);
      const Optional bias = bias_of(variant, inputs);
      const auto activation = static_cast<int64_t>(variant.activation);
      const Tensors results = causal_convolution_composition(inputs[0], history, inputs[1], bias,
                                                             activation, sizes_of(variant, inputs));
      const Tensors expected = reference(inputs);
      for (size_t i = 0; i < expected.size(); ++i)
        EXPECT_TRUE(agrees("output", results[i], expected[i], 1e-13));
      const Tensors weights = random_weights(reference, inputs);
      const Tensors wanted = weighted_gradients(reference, differentiable(inputs), weights);
      const auto [stream, of_history, of_weights, of_bias] = causal_convolution_gradients_composed(
          weights, inputs[0], history, inputs[1], bias, activation, sizes_of(variant, inputs));
      EXPECT_TRUE(agrees("stream", stream, wanted[0], 1e-12));
      EXPECT_TRUE(agrees("weights", of_weights, wanted[1], 1e-12));
      if (variant.history) {
        EXPECT_TRUE(agrees("history", of_history, wanted[2], 1e-12));
      }
      if (variant.bias) {
        EXPECT_TRUE(agrees("bias", of_bias, wanted.back(), 1e-12));
      }
    }
  }
}

TEST(CausalConvolution, WeightGradientsOfManyTokensKeepTheirDigits) {
  // 200,000 terms of equal sign: one running float32 sum would lose four digits.
  const at::Tensor weights = at::ones({2, 3}).requires_grad_();
  const at::Tensor stream = at::full({2, 100000, 3}, 0.1);
  const at::Tensor total = causal_convolution(stream, c10::nullopt, {weights}, {3}).front().sum();
  const at::Tensor gradient = torch::autograd::grad({total}, {weights})[0];
  const at::Tensor exact = stream.to(at::kDouble).sum(at::IntArrayRef{0, 1});
  EXPECT_TRUE(agrees("gradient", gradient[0], exact, 1e-6));
}

TEST(CausalConvolution, MetaTensorsGiveTheShape) {
  const auto meta = at::TensorOptions(at::kFloat).device(at::kMeta);
  const Tensors streams = causal_convolution(at::empty({2, 64, 8}, meta), c10::nullopt,
                                             {at::empty({4, 6}, meta)}, {4, 2, 2});
  EXPECT_EQ(streams[1].sizes(), (std::vector<int64_t>{2, 64, 2}));
  EXPECT_TRUE(streams[1].is_meta());
}

TEST(CausalConvolution, ItsNextHistoryIsTheEndOfEverythingSeen) {
  for (const int64_t length : {1, 2, 3, 7}) {
    const at::Tensor stream = at::randn({2, length, 3}, at::kDouble);
    const at::Tensor history = at::randn({2, 3, 3}, at::kDouble);
    const auto last = [](const at::Tensor& tokens) {
      return tokens.narrow(1, tokens.size(1) - 3, 3).contiguous();
    };
    EXPECT_TRUE(has_same_bits("history", next_history(stream, history, 4).contiguous(),
                              last(at::cat({history, stream}, 1))));
    EXPECT_TRUE(has_same_bits("history from zeros", next_history(stream, {}, 4).contiguous(),
                              last(at::cat({at::zeros_like(history), stream}, 1))));
  }
}

}  // namespace
}  // namespace gril::testing

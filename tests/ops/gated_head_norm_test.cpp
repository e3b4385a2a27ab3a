#include "gril/ops/gated_head_norm/gated_head_norm.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <vector>

#include "gril/ops/gated_head_norm/gated_head_norm_arguments.h"
#include "gril/ops/gated_head_norm/gated_head_norm_composition.h"
#include "tests/support/operator_suite.h"

namespace gril::testing {
namespace {

using Optional = c10::optional<at::Tensor>;

struct Variant {
  const char* name;
  bool norm;
  bool gate;
  PointwiseActivation activation;
};

constexpr Variant kVariants[] = {
    {"norm", true, false, PointwiseActivation::kNone},
    {"norm_with_silu_gate", true, true, PointwiseActivation::kSilu},
    {"norm_with_sigmoid_gate", true, true, PointwiseActivation::kSigmoid},
    {"norm_with_plain_gate", true, true, PointwiseActivation::kNone},
    {"silu_gate", false, true, PointwiseActivation::kSilu},
    {"neither", false, false, PointwiseActivation::kNone},
};

constexpr double kEpsilon = 0.1;  // large enough to be seen
constexpr int64_t kHeads = 2;

c10::optional<double> epsilon_of(const Variant& variant) {
  return variant.norm ? c10::optional<double>(kEpsilon) : c10::nullopt;
}

Optional gate_of(const Tensors& inputs) {
  return inputs.size() > 1 ? Optional(inputs[1]) : c10::nullopt;
}

/// Readings of two heads, each as wide as the test's features, and the gate.
Tensors make_inputs(const Variant& variant, const SuiteSize& size, at::ScalarType type) {
  Tensors inputs = {at::randn({size.batch, size.length, kHeads, size.features}, type)};
  if (variant.gate)
    inputs.push_back(at::randn({size.batch, size.length, kHeads * size.features}, type));
  return inputs;
}

Tensors call(const Variant& variant, const Tensors& inputs) {
  return {gated_head_norm(inputs[0], gate_of(inputs), {epsilon_of(variant), variant.activation})};
}

Tensors definition(const Variant& variant, const Tensors& inputs) {
  at::Tensor result = inputs[0];
  if (variant.norm) {
    const at::Tensor squares = (result * result).sum({-1}, /*keepdim=*/true);
    result = result / at::sqrt(squares / static_cast<double>(result.size(3)) + kEpsilon);
  }
  result = result.flatten(2);
  if (!variant.gate) return {result.clone()};
  const at::Tensor& z = inputs[1];
  if (variant.activation == PointwiseActivation::kNone) return {result * z};
  const at::Tensor share = 1 / (1 + at::exp(-z));
  return {result * (variant.activation == PointwiseActivation::kSilu ? z * share : share)};
}

/// Tokens do not depend on each other.
Tensors in_two_parts(const Variant& variant, const Tensors& inputs, int64_t first) {
  Tensors early;
  Tensors late;
  for (const at::Tensor& input : inputs) {
    early.push_back(input.narrow(1, 0, first));
    late.push_back(input.narrow(1, first, input.size(1) - first));
  }
  return {at::cat({call(variant, early)[0], call(variant, late)[0]}, 1)};
}

at::Tensor zeros(at::IntArrayRef sizes, at::TensorOptions options = at::kFloat) {
  return at::zeros(sizes, options);
}

std::vector<DocumentedError> documented_errors() {
  return {
      {[] {
         gated_head_norm(zeros({2, 5, 8}), c10::nullopt, {});
       },
       "[gated_head_norm] readings must have shape (B, T, H, V); got (2, 5, 8)."},
      {[] {
         gated_head_norm(zeros({2, 5, 2, 4}, at::kBFloat16), c10::nullopt, {});
       },
       "[gated_head_norm] readings must be float32 or float64; got bfloat16. Convert it first."},
      {[] {
         gated_head_norm(zeros({2, 5, 2, 4}), zeros({2, 5, 8}, at::kDouble), {});
       },
       "[gated_head_norm] gate must have the dtype of readings, float32; got float64. Convert one "
       "of them."},
      {[] {
         const c10::InferenceMode inference;
         gated_head_norm(zeros({2, 5, 2, 4}), zeros({2, 5, 4}), {});
       },
       "[gated_head_norm] gate must have shape (B, T, H·V) = (2, 5, 8); got (2, 5, 4)."},
      {[] {
         gated_head_norm(zeros({2, 5, 2, 4}), c10::nullopt, {-1.0});
       },
       "[gated_head_norm] epsilon must be above 0; got -1."},
      {[] {
         gated_head_norm_op(zeros({2, 5, 2, 4}), zeros({2, 5, 8}), c10::nullopt, -1);
       },
       "[gated_head_norm] activation must be 0, 1 or 2; got -1."},
  };
}

std::vector<OperatorDescription> variants() {
  std::vector<OperatorDescription> descriptions;
  for (const Variant& variant : kVariants) {
    OperatorDescription op;
    op.variant = variant.name;
    op.input_names = {"readings"};
    if (variant.gate) op.input_names.emplace_back("gate");
    op.output_names = {"output"};
    op.dtypes = {at::kFloat, at::kDouble};
    op.call = [variant](const Tensors& inputs) { return call(variant, inputs); };
    op.reference = [variant](const Tensors& inputs) { return definition(variant, inputs); };
    op.make_inputs = [variant](const SuiteSize& size, at::ScalarType type) {
      return make_inputs(variant, size, type);
    };
    op.call_in_two_parts = [variant](const Tensors& inputs, int64_t first) {
      return in_two_parts(variant, inputs, first);
    };
    op.second_order = variant.norm || variant.gate;  // otherwise linear
    op.errors = documented_errors();
    descriptions.push_back(op);
  }
  return descriptions;
}

INSTANTIATE_TEST_SUITE_P(GatedHeadNorm, OperatorSuite, ::testing::ValuesIn(variants()),
                         variant_name);

TEST(GatedHeadNorm, ItsCompositionEqualsTheDefinitionWithGradients) {
  // What runs on other devices and without Highway.
  for (const Variant& variant : kVariants) {
    SCOPED_TRACE(variant.name);
    const Tensors inputs = make_inputs(variant, {2, 3, 5}, at::kDouble);
    const TensorFunction reference = [&](const Tensors& in) { return definition(variant, in); };
    const auto activation = static_cast<int64_t>(variant.activation);
    EXPECT_TRUE(agrees(
        "output",
        gated_head_norm_composition(inputs[0], gate_of(inputs), epsilon_of(variant), activation),
        reference(inputs)[0], 1e-13));
    const Tensors weights = random_weights(reference, inputs);
    const Tensors wanted = weighted_gradients(reference, differentiable(inputs), weights);
    const auto [readings, gate] = gated_head_norm_gradients_composed(
        weights[0], inputs[0], gate_of(inputs), epsilon_of(variant), activation);
    EXPECT_TRUE(agrees("readings", readings, wanted[0], 1e-12));
    if (variant.gate) {
      EXPECT_TRUE(agrees("gate", gate, wanted[1], 1e-12));
    }
  }
}

TEST(GatedHeadNorm, HeadsOfZerosStayZeroWithFiniteGradients) {
  const at::Tensor readings = at::zeros({1, 2, 3, 20}).requires_grad_();
  const at::Tensor result = gated_head_norm(readings, c10::nullopt, {1e-5});
  EXPECT_TRUE(has_same_bits("output", result.detach(), at::zeros({1, 2, 60})));
  result.sum().backward();
  EXPECT_TRUE(at::isfinite(readings.grad()).all().item<bool>());
}

TEST(GatedHeadNorm, MetaTensorsGiveTheShape) {
  const auto meta = at::TensorOptions(at::kFloat).device(at::kMeta);
  const at::Tensor result = gated_head_norm(at::empty({2, 9, 4, 8}, meta), c10::nullopt, {1e-5});
  EXPECT_TRUE(result.is_meta());
  EXPECT_EQ(result.sizes(), (std::vector<int64_t>{2, 9, 32}));
}

}  // namespace
}  // namespace gril::testing

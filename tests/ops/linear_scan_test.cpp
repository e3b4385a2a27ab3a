#include "gril/ops/linear_scan/linear_scan.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "gril/ops/linear_scan/linear_scan_reference.h"
#include "tests/support/operator_suite.h"

namespace gril::testing {
namespace {

struct Variant {
  const char* name;
  bool complex;
  bool varying;
  bool initial_state;
  bool reverse;
};

constexpr Variant kVariants[] = {
    {"constant_decay", false, false, true, false},
    {"constant_decay_reversed", false, false, true, true},
    {"varying_decay", false, true, true, false},
    {"varying_decay_reversed", false, true, true, true},
    {"complex_constant_decay", true, false, true, false},
    {"complex_constant_decay_reversed", true, false, true, true},
    {"complex_varying_decay", true, true, true, false},
    {"complex_varying_decay_reversed", true, true, true, true},
    {"varying_decay_from_zero", false, true, false, false},
    {"constant_decay_from_zero_reversed", false, false, false, true},
    {"complex_varying_decay_from_zero_reversed", true, true, false, true},
};

c10::optional<at::Tensor> state_of(const Tensors& inputs) {
  return inputs.size() > 2 ? c10::optional<at::Tensor>(inputs[2]) : c10::nullopt;
}

/// Decays of modulus 0.5 to 1, normal inputs and states.
Tensors make_inputs(const Variant& variant, const SuiteSize& size, at::ScalarType type) {
  const at::TensorOptions options = at::TensorOptions(type);
  const std::vector<int64_t> whole = {size.batch, size.length, size.features};
  const std::vector<int64_t> shape = variant.varying ? whole : std::vector<int64_t>{size.features};
  at::Tensor decay = at::rand(shape, options.dtype(c10::toRealValueType(type))) * 0.5 + 0.5;
  if (variant.complex) decay = at::polar(decay, at::rand_like(decay) * 6.283185307179586);
  Tensors inputs = {decay, at::randn(whole, options)};
  if (variant.initial_state) inputs.push_back(at::randn({size.batch, size.features}, options));
  return inputs;
}

/// Both parts of a sequence, the earlier one in running order first.
Tensors in_two_parts(const Variant& variant, const Tensors& inputs, int64_t first) {
  const at::Tensor& input = inputs[1];
  const int64_t length = input.size(1);
  const auto part = [&](int64_t begin, int64_t end, const c10::optional<at::Tensor>& state) {
    const at::Tensor decay = variant.varying ? inputs[0].slice(1, begin, end) : inputs[0];
    return linear_scan(decay, input.slice(1, begin, end), state, variant.reverse);
  };
  if (variant.reverse) {
    const at::Tensor late = part(first, length, state_of(inputs));
    const auto carried = first < length ? late.select(1, 0) : state_of(inputs);
    return {at::cat({part(0, first, carried), late}, 1)};
  }
  const at::Tensor early = part(0, first, state_of(inputs));
  const auto carried = first > 0 ? early.select(1, first - 1) : state_of(inputs);
  return {at::cat({early, part(first, length, carried)}, 1)};
}

at::Tensor zeros(at::IntArrayRef sizes, at::TensorOptions options = at::kFloat) {
  return at::zeros(sizes, options);
}

/// Wrong dtypes and devices.
std::vector<DocumentedError> kind_errors() {
  return {
      {[] {
         linear_scan(zeros({8}, at::kBFloat16), zeros({2, 64, 8}, at::kBFloat16));
       },
       "[linear_scan] input must be float32, float64, complex64 or complex128; got bfloat16. "
       "Convert it first."},
      {[] {
         linear_scan(zeros({8}, at::kDouble), zeros({2, 64, 8}));
       },
       "[linear_scan] decay must have the dtype of input, float32; got float64. Convert one of "
       "them."},
      {[] {
         linear_scan(zeros({8}, at::Device("meta")), zeros({2, 64, 8}));
       },
       "[linear_scan] decay must be on the device of input, cpu; got meta. Move one of them."},
      {[] {
         linear_scan(zeros({8}), zeros({2, 64, 8}), zeros({2, 8}, at::kDouble));
       },
       "[linear_scan] initial_state must have the dtype of input, float32; got float64. Convert "
       "one of them."},
  };
}

std::vector<DocumentedError> shape_errors() {
  return {
      {[] {
         linear_scan(zeros({8}), zeros({64, 8}));
       },
       "[linear_scan] input must have shape (B, T, D); got (64, 8)."},
      {[] {
         linear_scan(zeros({2, 64, 16}), zeros({2, 64, 8}));
       },
       "[linear_scan] decay must have shape (D) = (8) or (B, T, D) = (2, 64, 8); got (2, 64, 16)."},
      {[] {
         linear_scan(zeros({1}), zeros({2, 64, 8}));
       },
       "[linear_scan] decay must have shape (D) = (8) or (B, T, D) = (2, 64, 8); got (1)."},
      {[] {
         linear_scan(zeros({8}), zeros({2, 64, 8}), zeros({2, 9}));
       },
       "[linear_scan] initial_state must have shape (B, D) = (2, 8); got (2, 9)."},
      {[] {
         const c10::InferenceMode inference;
         linear_scan(zeros({9}), zeros({2, 64, 8}));
       },
       "[linear_scan] decay must have shape (D) = (8) or (B, T, D) = (2, 64, 8); got (9)."},
  };
}

std::vector<DocumentedError> documented_errors() {
  std::vector<DocumentedError> errors = kind_errors();
  for (const DocumentedError& error : shape_errors()) errors.push_back(error);
  return errors;
}

std::vector<OperatorDescription> variants() {
  std::vector<OperatorDescription> descriptions;
  for (const Variant& variant : kVariants) {
    OperatorDescription op;
    op.variant = variant.name;
    op.input_names = {"decay", "input"};
    if (variant.initial_state) op.input_names.emplace_back("initial_state");
    op.output_names = {"states"};
    op.dtypes = variant.complex ? std::vector<at::ScalarType>{at::kComplexFloat, at::kComplexDouble}
                                : std::vector<at::ScalarType>{at::kFloat, at::kDouble};
    op.call = [variant](const Tensors& inputs) -> Tensors {
      return {linear_scan(inputs[0], inputs[1], state_of(inputs), variant.reverse)};
    };
    op.reference = [variant](const Tensors& inputs) -> Tensors {
      return {linear_scan_reference(inputs[0], inputs[1], state_of(inputs), variant.reverse)};
    };
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

INSTANTIATE_TEST_SUITE_P(LinearScan, OperatorSuite, ::testing::ValuesIn(variants()), variant_name);

TEST(LinearScan, EigenvalueOneSumsTheInput) {
  const at::Tensor input = at::randn({2, 300, 5}, at::kDouble);
  const at::Tensor states = linear_scan(at::ones({5}, at::kDouble), input);
  EXPECT_TRUE(agrees("states", states, at::cumsum(input, 1), 1e-12));
}

TEST(LinearScan, EigenvalueZeroReturnsTheInput) {
  const at::Tensor input = at::randn({2, 30, 5});
  const at::Tensor state = at::randn({2, 5});
  EXPECT_TRUE(has_same_bits("states", linear_scan(at::zeros({5}), input, state), input));
  EXPECT_TRUE(has_same_bits("states", linear_scan(at::zeros_like(input), input, state), input));
}

TEST(LinearScan, GradientsStayExactWhereDecayIsZero) {
  // A formula that divides by the decay would give NaN here.
  const at::Tensor decay = at::zeros({1, 4, 2}, at::kDouble).requires_grad_();
  const at::Tensor input = at::ones({1, 4, 2}, at::kDouble);
  const at::Tensor total = linear_scan(decay, input).sum();
  const at::Tensor gradient = torch::autograd::grad({total}, {decay})[0];
  const at::Tensor expected = at::ones_like(gradient);
  expected.select(1, 0).zero_();
  EXPECT_TRUE(has_same_bits("gradient of decay", gradient, expected));
}

TEST(LinearScan, HundredThousandStepsStayFinite) {
  const at::Tensor input = at::randn({1, 100000, 20});
  const at::Tensor decay = at::rand({1, 100000, 20}) * 0.5 + 0.5;
  const at::Tensor states = linear_scan(decay, input);
  EXPECT_TRUE(at::isfinite(states).all().item<bool>());
  const at::Tensor exact = linear_scan(decay.to(at::kDouble), input.to(at::kDouble));
  EXPECT_TRUE(agrees("states", states, exact, 1e-6));
}

TEST(LinearScan, LongConstantDecayGradientKeepsItsDigits) {
  // 200,000 terms of equal sign: one running float32 sum would lose four digits.
  const at::Tensor decay = at::full({3}, 0.5).requires_grad_();
  const at::Tensor input = at::ones({2, 100000, 3});
  const at::Tensor gradient = torch::autograd::grad({linear_scan(decay, input).sum()}, {decay})[0];
  const at::Tensor wide = decay.detach().to(at::kDouble).requires_grad_();
  const at::Tensor exact =
      torch::autograd::grad({linear_scan(wide, input.to(at::kDouble)).sum()}, {wide})[0];
  EXPECT_TRUE(agrees("gradient of decay", gradient, exact, 1e-6));
}

TEST(LinearScan, ConjugatedViewsAreResolved) {
  const at::Tensor decay = at::polar(at::full({4}, 0.9), at::rand({4}));
  const at::Tensor input = at::randn({2, 9, 4}, at::kComplexFloat);
  EXPECT_TRUE(has_same_bits("states", linear_scan(decay.conj(), input),
                            linear_scan(decay.conj().resolve_conj(), input)));
}

TEST(LinearScan, MetaTensorsGiveTheShape) {
  const auto meta = at::TensorOptions(at::kFloat).device(at::kMeta);
  const at::Tensor states = linear_scan(at::empty({8}, meta), at::empty({2, 64, 8}, meta));
  EXPECT_TRUE(states.is_meta());
  EXPECT_EQ(states.sizes(), (std::vector<int64_t>{2, 64, 8}));
}

TEST(LinearScan, MixedGradientOfDecayAndInputIsTheProductRule) {
  // h_2 = a x_1 + x_2, so d²h_2 / da dx_1 = 1 exactly.
  const at::Tensor decay = at::full({1}, 0.25, at::kDouble).requires_grad_();
  const at::Tensor input = at::randn({1, 2, 1}, at::kDouble).requires_grad_();
  const at::Tensor last = linear_scan(decay, input).select(1, 1).sum();
  const at::Tensor first = torch::autograd::grad({last}, {decay}, {}, true, true)[0].sum();
  const at::Tensor second = torch::autograd::grad({first}, {input})[0].reshape({-1});
  EXPECT_EQ(second[0].item<double>(), 1);
  EXPECT_EQ(second[1].item<double>(), 0);
}

}  // namespace
}  // namespace gril::testing

#include "tests/support/operator_suite.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include "tests/support/instruction_set_guard.h"
#include "tests/support/poisoned_memory.h"
#include "tests/support/tolerance.h"

namespace gril::testing {
namespace {

constexpr uint64_t kSeed = 20;

Tensors converted(const Tensors& tensors, at::ScalarType type) {
  Tensors result;
  for (const at::Tensor& tensor : tensors) result.push_back(tensor.to(type));
  return result;
}

/// The same values behind other strides and an offset: no element lies where a contiguous tensor
/// has it.
at::Tensor scattered(const at::Tensor& tensor) {
  std::vector<int64_t> wider = tensor.sizes().vec();
  for (int64_t& size : wider) size = 2 * size + 1;
  const int64_t last = tensor.dim() - 1;
  at::Tensor view = at::full(wider, -7, tensor.options()).transpose(0, last).contiguous();
  view = view.transpose(0, last);
  for (int64_t axis = 0; axis <= last; ++axis)
    view = view.slice(axis, 1, 1 + 2 * tensor.size(axis), 2);
  return view.copy_(tensor);
}

/// The first entry along the first axis, repeated without memory of its own.
at::Tensor repeated(const at::Tensor& tensor) {
  return tensor.narrow(0, 0, 1).expand(tensor.sizes());
}

}  // namespace

void OperatorSuite::SetUp() { at::manual_seed(kSeed); }

Tensors OperatorSuite::inputs_of(const SuiteSize& size, at::ScalarType type) const {
  return GetParam().make_inputs(size, type);
}

at::ScalarType OperatorSuite::exact_type() const {
  return c10::isComplexType(GetParam().dtypes.front()) ? at::kComplexDouble : at::kDouble;
}

void OperatorSuite::expect_equals_reference(const SuiteSize& size, at::ScalarType type) const {
  SCOPED_TRACE(::testing::Message() << type << ", batch " << size.batch << ", length "
                                    << size.length << ", features " << size.features);
  const at::NoGradGuard no_gradient;
  const Tensors inputs = inputs_of(size, type);
  expect_agreement(GetParam().output_names, GetParam().call(inputs),
                   GetParam().reference(converted(inputs, exact_type())), tolerance_of(type));
}

std::string variant_name(const ::testing::TestParamInfo<OperatorDescription>& info) {
  return info.param.variant;
}

TEST_P(OperatorSuite, EqualsReference) {
  for (const at::ScalarType type : GetParam().dtypes) expect_equals_reference({3, 50, 21}, type);
}

TEST_P(OperatorSuite, EqualsReferenceInInferenceMode) {
  const c10::InferenceMode inference;
  for (const at::ScalarType type : GetParam().dtypes) expect_equals_reference({2, 9, 5}, type);
}

TEST_P(OperatorSuite, GradientsEqualThoseOfReference) {
  const auto& op = GetParam();
  for (const at::ScalarType type : op.dtypes) {
    const Tensors inputs = inputs_of({2, 40, 9}, type);
    const Tensors weights = random_weights(op.call, inputs);
    expect_agreement(
        op.input_names, weighted_gradients(op.call, differentiable(inputs), weights),
        weighted_gradients(op.reference, differentiable(converted(inputs, exact_type())),
                           converted(weights, exact_type())),
        tolerance_of(type));
  }
}

TEST_P(OperatorSuite, GradientsEqualCentralDifferences) {
  expect_gradients_equal_central_differences(GetParam().call, GetParam().input_names,
                                             inputs_of({2, 4, 3}, exact_type()));
}

TEST_P(OperatorSuite, SecondGradientsEqualCentralDifferences) {
  if (!GetParam().second_order) GTEST_SKIP() << "first order only";
  expect_second_gradients_equal_central_differences(GetParam().call, GetParam().input_names,
                                                    inputs_of({1, 3, 2}, exact_type()));
}

TEST_P(OperatorSuite, TwoPartsWithCarriedStateEqualWhole) {
  const auto& op = GetParam();
  for (const int64_t length : {1, 65, 130}) {
    for (const int64_t first : {int64_t{0}, length / 2, length}) {
      SCOPED_TRACE(::testing::Message() << "length " << length << ", cut at " << first);
      const Tensors inputs = inputs_of({2, length, 5}, exact_type());
      expect_agreement(op.output_names, op.call_in_two_parts(inputs, first), op.call(inputs),
                       tolerance_of(exact_type()));
    }
  }
}

TEST_P(OperatorSuite, EveryLengthEqualsReference) {
  for (const at::ScalarType type : GetParam().dtypes)
    for (const int64_t length : {1, 2, 63, 64, 65, 1000})
      expect_equals_reference({2, length, 5}, type);
}

TEST_P(OperatorSuite, FeaturesAroundEveryVectorWidthEqualReference) {
  for (const at::ScalarType type : GetParam().dtypes)
    for (const int64_t features : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47})
      expect_equals_reference({2, 6, features}, type);
}

TEST_P(OperatorSuite, EmptyTensorsGiveEmptyOutputsAndZeroGradients) {
  const auto& op = GetParam();
  for (const SuiteSize& size : {SuiteSize{0, 3, 4}, SuiteSize{2, 0, 4}, SuiteSize{2, 3, 0}}) {
    expect_equals_reference(size, exact_type());
    const Tensors inputs = inputs_of(size, exact_type());
    const Tensors weights = random_weights(op.call, inputs);
    expect_agreement(op.input_names, weighted_gradients(op.call, differentiable(inputs), weights),
                     weighted_gradients(op.reference, differentiable(inputs), weights), 0);
  }
}

TEST_P(OperatorSuite, AnyStridesGiveTheSameBits) {
  const auto& op = GetParam();
  for (const at::ScalarType type : op.dtypes) {
    const Tensors inputs = inputs_of({2, 9, 17}, type);
    const Tensors expected = op.call(inputs);
    for (size_t which = 0; which < inputs.size(); ++which) {
      Tensors moved = inputs;
      moved[which] = scattered(inputs[which]);
      Tensors expanded = inputs;
      expanded[which] = repeated(inputs[which]);
      Tensors copied = inputs;
      copied[which] = repeated(inputs[which]).contiguous();
      const Tensors from_moved = op.call(moved);
      const Tensors from_expanded = op.call(expanded);
      const Tensors from_copied = op.call(copied);
      for (size_t i = 0; i < expected.size(); ++i) {
        EXPECT_TRUE(has_same_bits(op.output_names[i], from_moved[i], expected[i]));
        EXPECT_TRUE(has_same_bits(op.output_names[i], from_expanded[i], from_copied[i]));
      }
    }
  }
}

TEST_P(OperatorSuite, GradientsOfAnyStridesAgree) {
  const auto& op = GetParam();
  const Tensors inputs = inputs_of({2, 9, 17}, exact_type());
  Tensors weights = random_weights(op.call, inputs);
  const Tensors expected = weighted_gradients(op.call, differentiable(inputs), weights);
  Tensors moved;
  for (const at::Tensor& input : inputs) moved.push_back(scattered(input).requires_grad_());
  for (at::Tensor& weight : weights) weight = scattered(weight);
  expect_agreement(op.input_names, weighted_gradients(op.call, moved, weights), expected,
                   tolerance_of(exact_type()));
}

TEST_P(OperatorSuite, EveryInstructionSetEqualsReference) {
  const auto& op = GetParam();
  const std::vector<int64_t> targets = runnable_instruction_sets();
  if (targets.empty()) GTEST_SKIP() << "built without Highway: there is one path only";
  for (const int64_t target : targets) {
    SCOPED_TRACE(instruction_set_name(target));
    const InstructionSetGuard guard(target);
    for (const at::ScalarType type : op.dtypes) {
      expect_equals_reference({2, 37, 19}, type);
      const Tensors inputs = inputs_of({2, 37, 19}, type);
      const Tensors weights = random_weights(op.call, inputs);
      expect_agreement(
          op.input_names, weighted_gradients(op.call, differentiable(inputs), weights),
          weighted_gradients(op.reference, differentiable(converted(inputs, exact_type())),
                             converted(weights, exact_type())),
          tolerance_of(type));
    }
  }
}

TEST_P(OperatorSuite, PoisonedMemoryChangesNothing) {
  const auto& op = GetParam();
  for (const at::ScalarType type : op.dtypes) {
    for (const SuiteSize& size : {SuiteSize{2, 9, 3}, SuiteSize{3, 70, 33}}) {
      const Tensors inputs = inputs_of(size, type);
      const Tensors weights = random_weights(op.call, inputs);
      const Tensors expected = op.call(inputs);
      const Tensors gradients = weighted_gradients(op.call, differentiable(inputs), weights);
      const PoisonedMemory poison;
      const Tensors outputs = op.call(inputs);
      for (size_t i = 0; i < expected.size(); ++i)
        EXPECT_TRUE(has_same_bits(op.output_names[i], outputs[i], expected[i]));
      expect_agreement(op.input_names, weighted_gradients(op.call, differentiable(inputs), weights),
                       gradients, 0);
    }
  }
}

TEST_P(OperatorSuite, AnyThreadCountGivesTheSameBits) {
  const auto& op = GetParam();
  const int usual = at::get_num_threads();
  const Tensors inputs = inputs_of({3, 300, 70}, op.dtypes.front());
  const Tensors weights = random_weights(op.call, inputs);
  at::set_num_threads(1);
  const Tensors outputs = op.call(inputs);
  const Tensors gradients = weighted_gradients(op.call, differentiable(inputs), weights);
  for (const int threads : {2, 3, 4}) {
    at::set_num_threads(threads);
    const Tensors again = op.call(inputs);
    const Tensors gradients_again = weighted_gradients(op.call, differentiable(inputs), weights);
    for (size_t i = 0; i < outputs.size(); ++i)
      EXPECT_TRUE(has_same_bits(op.output_names[i], again[i], outputs[i]));
    for (size_t i = 0; i < gradients.size(); ++i)
      EXPECT_TRUE(has_same_bits(op.input_names[i], gradients_again[i], gradients[i]));
  }
  at::set_num_threads(usual);
}

TEST_P(OperatorSuite, WrongArgumentsGiveDocumentedText) {
  ASSERT_FALSE(GetParam().errors.empty());
  for (const DocumentedError& error : GetParam().errors) {
    SCOPED_TRACE(error.text);
    try {
      error.cause();
      ADD_FAILURE() << "nothing was thrown";
    } catch (const c10::ValueError& thrown) {
      EXPECT_EQ(std::string(thrown.what_without_backtrace()), error.text);
    }
  }
}

}  // namespace gril::testing

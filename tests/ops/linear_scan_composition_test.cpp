#include "gril/ops/linear_scan/linear_scan_composition.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/ops/linear_scan/linear_scan_reference.h"
#include "tests/support/tensor_compare.h"
#include "tests/support/tolerance.h"

namespace gril::testing {
namespace {

struct Call {
  at::Tensor decay, input;
  c10::optional<at::Tensor> initial_state;
  bool reverse;
};

void expect_equals_reference(const Call& call, at::ScalarType exact) {
  c10::optional<at::Tensor> state;
  if (call.initial_state) state = call.initial_state->to(exact);
  EXPECT_TRUE(agrees(
      "states", linear_scan_composition(call.decay, call.input, call.initial_state, call.reverse),
      linear_scan_reference(call.decay.to(exact), call.input.to(exact), state, call.reverse),
      tolerance_of(call.input.scalar_type())));
}

/// Numbers of modulus 0 to 1, some exactly 0.
at::Tensor random_decay(at::IntArrayRef sizes, at::ScalarType type) {
  const at::Tensor decay = at::rand(sizes, type);
  return decay.masked_fill(decay.abs() < 0.05, 0.0) / (decay.is_complex() ? 1.5 : 1.0);
}

TEST(LinearScanComposition, EqualsReferenceAtEveryLength) {
  at::manual_seed(1);
  for (const auto type : {at::kFloat, at::kDouble, at::kComplexFloat, at::kComplexDouble}) {
    const auto exact = c10::isComplexType(type) ? at::kComplexDouble : at::kDouble;
    for (const int64_t length : {1, 2, 3, 4, 5, 6, 7, 63, 64, 65, 300}) {
      for (const bool reverse : {false, true}) {
        SCOPED_TRACE(::testing::Message()
                     << type << ", length " << length << ", reverse " << reverse);
        const at::Tensor input = at::randn({2, length, 5}, type);
        const at::Tensor state = at::randn({2, 5}, type);
        expect_equals_reference({random_decay({5}, type), input, state, reverse}, exact);
        expect_equals_reference({random_decay({2, length, 5}, type), input, state, reverse}, exact);
        expect_equals_reference({random_decay({2, length, 5}, type), input, c10::nullopt, reverse},
                                exact);
      }
    }
  }
}

TEST(LinearScanComposition, StridesOfArgumentsDoNotMatterAndArgumentsStay) {
  at::manual_seed(2);
  const at::Tensor input = at::randn({5, 37, 2}, at::kDouble).transpose(0, 2);
  const at::Tensor decay = random_decay({1, 37, 1}, at::kDouble).expand({2, 37, 5});
  const at::Tensor state = at::randn({5, 2}, at::kDouble).t();
  const at::Tensor input_before = input.clone();
  expect_equals_reference({decay, input, state, false}, at::kDouble);
  expect_equals_reference({decay, input, state, true}, at::kDouble);
  EXPECT_TRUE(at::equal(input, input_before));
}

TEST(LinearScanComposition, EmptyTensorsGiveEmptyStates) {
  for (const auto& sizes : std::vector<std::vector<int64_t>>{{0, 3, 4}, {2, 0, 4}, {2, 3, 0}}) {
    const at::Tensor input = at::zeros(sizes);
    const at::Tensor decay = at::zeros({sizes[2]});
    EXPECT_EQ(linear_scan_composition(decay, input, c10::nullopt, false).sizes(), input.sizes());
  }
}

TEST(LinearScanComposition, WrongShapeIsRefusedWithDocumentedText) {
  try {
    linear_scan_composition(at::zeros({3}), at::zeros({2, 5, 4}), c10::nullopt, false);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const c10::ValueError& error) {
    EXPECT_EQ(std::string(error.what_without_backtrace()),
              "[linear_scan] decay must have shape (D) = (4) or (B, T, D) = (2, 5, 4); got (3).");
  }
}

}  // namespace
}  // namespace gril::testing

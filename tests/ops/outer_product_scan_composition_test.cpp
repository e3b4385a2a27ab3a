#include "gril/ops/outer_product_scan/outer_product_scan_composition.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/ops/outer_product_scan/outer_product_scan_reference.h"
#include "tests/support/counted_memory.h"
#include "tests/support/tensor_compare.h"
#include "tests/support/tolerance.h"

namespace gril::testing {
namespace {

const std::vector<std::string> kResultNames = {"outputs", "final_state"};
const std::vector<std::string> kGradientNames = {"values", "keys", "queries", "decay",
                                                 "initial_state"};

/// B 2, H 3, V 4, K 6 unless said otherwise; float64.
struct Call {
  at::Tensor values, keys, queries, decay;
  c10::optional<at::Tensor> initial_state;
  at::Tensor outputs_gradient;
  c10::optional<at::Tensor> final_state_gradient;
  bool strict = false;
  bool reverse = false;
};

using Forward = decltype(outer_product_scan_composition);
using Backward = decltype(outer_product_scan_composition_backward);

Tensors results(Forward& forward, const Call& call) {
  const auto [outputs, state] = forward(call.values, call.keys, call.queries, call.decay,
                                        call.initial_state, call.strict, call.reverse);
  return {outputs, state};
}

Tensors gradients(Backward& backward, const Call& call) {
  const auto [values, keys, queries, decay, state] =
      backward(call.outputs_gradient, call.final_state_gradient, call.values, call.keys,
               call.queries, call.decay, call.initial_state, call.strict, call.reverse);
  return {values, keys, queries, decay, state};
}

void expect_equals_reference(const Call& call) {
  expect_agreement(kResultNames, results(outer_product_scan_composition, call),
                   results(outer_product_scan_reference, call), tolerance_of(at::kDouble));
  expect_agreement(kGradientNames, gradients(outer_product_scan_composition_backward, call),
                   gradients(outer_product_scan_backward_reference, call),
                   tolerance_of(at::kDouble));
}

enum class Decay { kPerHead, kElementwise, kPerStep, kPerStepWithAxis };
constexpr Decay kDecays[] = {Decay::kPerHead, Decay::kElementwise, Decay::kPerStep,
                             Decay::kPerStepWithAxis};

at::Tensor random(at::IntArrayRef sizes) { return at::randn(sizes, at::kDouble); }

/// Of both signs and with some exact zeros.
at::Tensor random_decay(Decay form, int64_t length) {
  std::vector<int64_t> sizes = {3};
  if (form == Decay::kElementwise) sizes = {3, 4, 6};
  if (form == Decay::kPerStep) sizes = {2, length, 3};
  if (form == Decay::kPerStepWithAxis) sizes = {2, length, 3, 1};
  const at::Tensor decay = at::rand(sizes, at::kDouble) * 1.3 - 0.3;
  return decay.masked_fill(decay.abs() < 0.03, 0.0);
}

Call random_call(Decay form, int64_t length) {
  Call call{random({2, length, 3, 4}),  random({2, length, 3, 6}), random({2, length, 3, 6}),
            random_decay(form, length), random({2, 3, 4, 6}),      random({2, length, 3, 4}),
            random({2, 3, 4, 6})};
  return call;
}

TEST(OuterProductScanComposition, EqualsReferenceWithEveryDecayDirectionAndReading) {
  at::manual_seed(1);
  for (const Decay form : kDecays) {
    for (const bool strict : {false, true}) {
      for (const bool reverse : {false, true}) {
        SCOPED_TRACE(::testing::Message() << "decay " << static_cast<int>(form) << ", strict "
                                          << strict << ", reverse " << reverse);
        Call call = random_call(form, 150);
        call.strict = strict;
        call.reverse = reverse;
        expect_equals_reference(call);
      }
    }
  }
}

TEST(OuterProductScanComposition, EqualsReferenceAtLengthsAroundItsChunks) {
  at::manual_seed(2);
  for (const Decay form : {Decay::kPerHead, Decay::kElementwise, Decay::kPerStep}) {
    for (const int64_t length : {1, 2, 31, 32, 33, 63, 64, 65, 127, 128, 129}) {
      for (const bool strict : {false, true}) {
        SCOPED_TRACE(::testing::Message() << "decay " << static_cast<int>(form) << ", length "
                                          << length << ", strict " << strict);
        Call call = random_call(form, length);
        call.strict = strict;
        expect_equals_reference(call);
      }
    }
  }
}

TEST(OuterProductScanComposition, AbsentStatesAndStateGradientsAreZeros) {
  at::manual_seed(3);
  for (const Decay form : kDecays) {
    Call call = random_call(form, 70);
    call.initial_state = c10::nullopt;
    call.final_state_gradient = c10::nullopt;
    expect_equals_reference(call);
  }
}

TEST(OuterProductScanComposition, StridesAndSharedMemoryOfArgumentsDoNotMatter) {
  at::manual_seed(4);
  for (const Decay form : kDecays) {
    Call call = random_call(form, 70);
    call.values = random({70, 2, 4, 3}).transpose(0, 1).transpose(2, 3);
    call.keys = random({1, 70, 1, 6}).expand({2, 70, 3, 6});
    call.initial_state = random({2, 3, 6, 4}).transpose(2, 3);
    call.outputs_gradient = random({2, 1, 1, 4}).expand({2, 70, 3, 4});
    call.final_state_gradient = random({3, 1, 4, 6}).expand({3, 2, 4, 6}).transpose(0, 1);
    expect_equals_reference(call);
  }
}

TEST(OuterProductScanComposition, ArgumentsStayAsTheyAre) {
  at::manual_seed(5);
  for (const Decay form : kDecays) {
    for (const int64_t length : {1, 70}) {
      const Call call = random_call(form, length);
      const Tensors arguments = {call.values,
                                 call.keys,
                                 call.queries,
                                 call.decay,
                                 *call.initial_state,
                                 call.outputs_gradient,
                                 *call.final_state_gradient};
      Tensors copies;
      for (const at::Tensor& argument : arguments) copies.push_back(argument.clone());
      results(outer_product_scan_composition, call);
      gradients(outer_product_scan_composition_backward, call);
      for (size_t i = 0; i < copies.size(); ++i)
        EXPECT_TRUE(has_same_bits("argument", arguments[i], copies[i]));
    }
  }
}

TEST(OuterProductScanComposition, ProductsOfDecaysMayUnderflow) {
  at::manual_seed(6);
  for (const double decay : {1e-200, -1e-200, 0.0, 1.0}) {
    Call call = random_call(Decay::kPerHead, 200);
    call.decay.fill_(decay);
    expect_equals_reference(call);
    call = random_call(Decay::kElementwise, 200);
    call.decay.fill_(decay);
    expect_equals_reference(call);
  }
}

TEST(OuterProductScanComposition, EmptyTensorsGiveWhatTheReferenceGives) {
  Call call = random_call(Decay::kPerHead, 0);
  expect_agreement(kResultNames, results(outer_product_scan_composition, call),
                   results(outer_product_scan_reference, call), 0);
  expect_agreement(kGradientNames, gradients(outer_product_scan_composition_backward, call),
                   gradients(outer_product_scan_backward_reference, call), 0);
}

TEST(OuterProductScanComposition, WrongShapeIsRefusedWithDocumentedText) {
  Call call = random_call(Decay::kPerHead, 5);
  call.keys = random({2, 5, 4, 6});
  try {
    results(outer_product_scan_composition, call);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const c10::ValueError& error) {
    EXPECT_EQ(std::string(error.what_without_backtrace()),
              "[outer_product_scan] keys must have shape (B, T, H, K) = (2, 5, 3, 6); got "
              "(2, 5, 4, 6).");
  }
}

/// Several pairs per step are as many heads with one decay, added up.
TEST(OuterProductScanComposition, RankedScanEqualsItsDefinition) {
  at::manual_seed(7);
  constexpr int64_t kLength = 70;
  for (const bool strict : {false, true}) {
    const RankedScanArguments ranked{random({2, kLength, 6, 4}), random({2, kLength, 6, 5}),
                                     random({2, kLength, 3, 5}), at::rand({3, 4, 5}, at::kDouble),
                                     random({2, 3, 4, 5}),       strict};
    const auto [outputs, state] = ranked_scan_composition(ranked);
    const auto first = [](const at::Tensor& t) { return t.narrow(2, 0, 3); };
    const auto second = [](const at::Tensor& t) { return t.narrow(2, 3, 3); };
    const auto one =
        outer_product_scan_reference(first(ranked.values), first(ranked.keys), ranked.queries,
                                     ranked.decay, ranked.initial_state, strict, false);
    const auto two =
        outer_product_scan_reference(second(ranked.values), second(ranked.keys), ranked.queries,
                                     ranked.decay, c10::nullopt, strict, false);
    expect_agreement(kResultNames, {outputs, state},
                     {std::get<0>(one) + std::get<0>(two), std::get<1>(one) + std::get<1>(two)},
                     tolerance_of(at::kDouble));
  }
}

TEST(OuterProductScanComposition, RankedGradientsEqualThoseOfTheDispatchedScan) {
  at::manual_seed(8);
  for (const bool strict : {false, true}) {
    for (const int64_t length : {1, 5, 70}) {
      const RankedScanArguments ranked{random({2, length, 6, 4}),
                                       random({2, length, 6, 5}),
                                       random({2, length, 3, 5}),
                                       at::rand({3, 4, 5}, at::kDouble),
                                       at::Tensor(),
                                       strict};
      const at::Tensor outputs = random({2, length, 3, 4});
      const at::Tensor state = random({2, 3, 4, 5});
      const auto actual = ranked_scan_composition_backward(ranked, outputs, state, true);
      const auto expected = ranked_outer_product_scan_backward(ranked, outputs, state, true);
      expect_agreement(
          kGradientNames,
          {actual.values, actual.keys, actual.queries, actual.decay, actual.initial_state},
          {expected.values, expected.keys, expected.queries, expected.decay,
           expected.initial_state},
          tolerance_of(at::kDouble));
      const auto without = ranked_scan_composition_backward(ranked, outputs, state, false);
      EXPECT_FALSE(without.values.defined());
      EXPECT_TRUE(has_same_bits("keys", without.keys, actual.keys));
    }
  }
}

/// Bytes that both passes allocate in all, freed ones counted too; B 1, H 1, V and K 128, float32.
int64_t bytes_of_both_passes(int64_t length, at::IntArrayRef decay_shape) {
  const auto sequence = [&] { return at::randn({1, length, 1, 128}); };
  const at::Tensor values = sequence();
  const at::Tensor keys = sequence();
  const at::Tensor queries = sequence();
  const at::Tensor decay = at::rand(decay_shape);
  const CountedMemory counter;
  const at::Tensor outputs = std::get<0>(
      outer_product_scan_composition(values, keys, queries, decay, c10::nullopt, false, false));
  outer_product_scan_composition_backward(outputs, c10::nullopt, values, keys, queries, decay,
                                          c10::nullopt, false, false);
  return counter.bytes();
}

TEST(OuterProductScanComposition, AllocatesLessThanAStatePerStep) {
  for (const auto& decay_shape : std::vector<std::vector<int64_t>>{{1}, {1, 128, 128}}) {
    constexpr int64_t kStatePerStep = int64_t{512} * 128 * 128 * 4;
    EXPECT_LT(bytes_of_both_passes(512, decay_shape), kStatePerStep);
  }
}

}  // namespace
}  // namespace gril::testing

// The functions that kernels compute on vectors, seen through gated_head_norm: with
// readings 1 and no norm its result is the gate.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gril/ops/gated_head_norm/gated_head_norm_cpu_kernel.h"
#include "tests/support/instruction_set_guard.h"

namespace gril::testing {
namespace {

/// From where σ is about to underflow to where it is 1 in every digit.
template <typename T>
std::vector<T> arguments() {
  std::vector<T> all = {T{0}, T(-0.0), T(1e-30), T(-1e-30)};
  for (int i = -8600; i <= 8600; i += 7) all.push_back(static_cast<T>(i) / T{100});
  return all;
}

template <typename T>
struct Gate {
  std::vector<T> value, slope;
};

template <typename T>
Gate<T> computed(PointwiseActivation activation, const std::vector<T>& z) {
  const std::vector<T> ones(z.size(), T{1});
  std::vector<T> unused(z.size());
  Gate<T> gate = {std::vector<T>(z.size()), std::vector<T>(z.size())};
  GatedHeadNormBackward<T> call;
  call.input.readings = ones.data();
  call.input.gate = z.data();
  call.input.activation = activation;
  call.input.heads = 1;
  call.input.width = static_cast<int64_t>(z.size());
  call.gradient = ones.data();
  call.readings_gradient = unused.data();
  call.gate_gradient = gate.slope.data();
  gated_head_norm_forward(call.input, gate.value.data());
  gated_head_norm_backward(call);
  return gate;
}

template <typename T>
void check_accuracy() {
  const long double tolerance = 4.0L * std::numeric_limits<T>::epsilon();
  const std::vector<T> z = arguments<T>();
  const Gate<T> sigmoid = computed(PointwiseActivation::kSigmoid, z);
  const Gate<T> silu = computed(PointwiseActivation::kSilu, z);
  const Gate<T> none = computed(PointwiseActivation::kNone, z);
  for (size_t i = 0; i < z.size(); ++i) {
    SCOPED_TRACE("z = " + std::to_string(z[i]));
    const auto exact = static_cast<long double>(z[i]);
    const long double share = 1 / (1 + std::exp(-exact));
    const long double silu_slope = share * (1 + exact * (1 - share));
    EXPECT_LE(std::abs(sigmoid.value[i] - share), tolerance * share);
    EXPECT_LE(std::abs(silu.value[i] - exact * share), tolerance * std::abs(exact) * share);
    EXPECT_LE(std::abs(sigmoid.slope[i] - share * (1 - share)), tolerance * share);
    EXPECT_LE(std::abs(silu.slope[i] - silu_slope), tolerance * share * (1 + std::abs(exact)));
    EXPECT_EQ(none.value[i], z[i]);
    EXPECT_EQ(none.slope[i], T{1});
  }
}

template <typename T>
void check_limits() {
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const Gate<T> sigmoid =
      computed<T>(PointwiseActivation::kSigmoid, {infinity, -infinity, 1e30F, -1e30F, nan});
  EXPECT_EQ(sigmoid.value[0], T{1});
  EXPECT_EQ(sigmoid.value[1], T{0});
  EXPECT_EQ(sigmoid.value[2], T{1});
  EXPECT_EQ(sigmoid.value[3], T{0});
  EXPECT_TRUE(std::isnan(sigmoid.value[4]));
  EXPECT_TRUE(std::isnan(computed<T>(PointwiseActivation::kSilu, {nan}).value[0]));
}

class PointwiseActivationCpuKernel : public ::testing::TestWithParam<int64_t> {};

TEST_P(PointwiseActivationCpuKernel, IsRightToAFewUnitsInTheLastPlaceInFloat32) {
  const InstructionSetGuard guard(GetParam());
  check_accuracy<float>();
}

TEST_P(PointwiseActivationCpuKernel, IsRightToAFewUnitsInTheLastPlaceInFloat64) {
  const InstructionSetGuard guard(GetParam());
  check_accuracy<double>();
}

TEST_P(PointwiseActivationCpuKernel, KeepsLimitsAndNan) {
  const InstructionSetGuard guard(GetParam());
  check_limits<float>();
  check_limits<double>();
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, PointwiseActivationCpuKernel,
                         ::testing::ValuesIn(runnable_instruction_sets()),
                         [](const auto& target) { return instruction_set_name(target.param); });

}  // namespace
}  // namespace gril::testing

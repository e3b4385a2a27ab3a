#include "gril/layers/dropout_factors.h"

#include <ATen/ATen.h>

namespace gril {
namespace {

constexpr uint64_t kStep = 0x9E3779B97F4A7C15;  // γ of SplitMix64
constexpr uint64_t kFirst = 0xBF58476D1CE4E5B9;
constexpr uint64_t kSecond = 0x94D049BB133111EB;
constexpr int64_t kDropped = 11;               // low bits: 53 of 64 stay
constexpr double kRange = 9007199254740992.0;  // 2⁵³

uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * kFirst;
  z = (z ^ (z >> 27)) * kSecond;
  return z ^ (z >> 31);
}

template <typename T>
void fill(T* factors, int64_t count, uint64_t seed, uint64_t bound, double kept) {
  const T factor = static_cast<T>(1.0 / kept);
  for (int64_t i = 0; i < count; ++i) {
    const uint64_t z = mix(seed + (static_cast<uint64_t>(i) + 1) * kStep);
    factors[i] = (z >> kDropped) < bound ? factor : T{0};
  }
}

/// The bits of an unsigned number as torch has them.
at::Scalar bits(uint64_t number) { return {static_cast<int64_t>(number)}; }

/// z >> by, zeros coming in from the left.
at::Tensor shifted(const at::Tensor& z, int64_t by) {
  return z.bitwise_right_shift(by).bitwise_and(bits(~uint64_t{0} >> static_cast<uint64_t>(by)));
}

}  // namespace

at::Tensor dropout_factors_composed(at::IntArrayRef sizes, uint64_t seed, double kept,
                                    const at::TensorOptions& options) {
  const int64_t count = c10::multiply_integers(sizes);
  const auto places = options.dtype(at::kLong);
  at::Tensor z = at::arange(1, count + 1, places).mul_(bits(kStep)).add_(bits(seed));
  z = z.bitwise_xor(shifted(z, 30)).mul_(bits(kFirst));
  z = z.bitwise_xor(shifted(z, 27)).mul_(bits(kSecond));
  z = shifted(z.bitwise_xor(shifted(z, 31)), kDropped);
  return z.lt(bits(static_cast<uint64_t>(kept * kRange))).to(options).mul_(1.0 / kept).view(sizes);
}

at::Tensor dropout_factors(at::IntArrayRef sizes, uint64_t seed, double kept,
                           const at::TensorOptions& options) {
  if (!options.device().is_cpu()) return dropout_factors_composed(sizes, seed, kept, options);
  const auto bound = static_cast<uint64_t>(kept * kRange);
  at::Tensor factors = at::empty(sizes, options);
  if (factors.scalar_type() == at::kFloat) {
    fill(factors.data_ptr<float>(), factors.numel(), seed, bound, kept);
  } else {
    fill(factors.data_ptr<double>(), factors.numel(), seed, bound, kept);
  }
  return factors;
}

}  // namespace gril

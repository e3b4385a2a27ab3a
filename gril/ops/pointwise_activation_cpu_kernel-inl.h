// The functions of pointwise_activation.h on vectors. Included once per instruction set.
#if defined(GRIL_POINTWISE_ACTIVATION_CPU_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GRIL_POINTWISE_ACTIVATION_CPU_KERNEL_INL_H_
#undef GRIL_POINTWISE_ACTIVATION_CPU_KERNEL_INL_H_
#else
#define GRIL_POINTWISE_ACTIVATION_CPU_KERNEL_INL_H_
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <type_traits>

#include "gril/ops/pointwise_activation.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// exp(x) for x ≤ 0, to two units in the last place; 0 where that is below the normal numbers.
/// Highway's serves every x; for float32 that takes a third longer.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp_of_negative(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == 8) {
    return hn::Exp(d, x);
  } else {
    // x = n ln 2 + r with |r| ≤ ln 2 / 2. The first part of ln 2 has few digits: n times it is
    // exact.
    const V n = hn::Round(hn::Mul(x, hn::Set(d, 1.44269504F)));
    V r = hn::MulAdd(n, hn::Set(d, -0.693145751953125F), x);
    r = hn::MulAdd(n, hn::Set(d, -1.428606765330187e-6F), r);
    V power = hn::Set(d, 1.0F / 5040);  // exp(r) as a series; the next term is 5e-9 at most
    power = hn::MulAdd(power, r, hn::Set(d, 1.0F / 720));
    power = hn::MulAdd(power, r, hn::Set(d, 1.0F / 120));
    power = hn::MulAdd(power, r, hn::Set(d, 1.0F / 24));
    power = hn::MulAdd(power, r, hn::Set(d, 1.0F / 6));
    power = hn::MulAdd(power, r, hn::Set(d, 0.5F));
    power = hn::MulAdd(power, r, hn::Set(d, 1.0F));
    power = hn::MulAdd(power, r, hn::Set(d, 1.0F));
    const hn::RebindToSigned<D> integers;
    const auto doublings = hn::ShiftLeft<23>(hn::ConvertTo(integers, n));  // onto the exponent
    const V result = hn::BitCast(d, hn::Add(hn::BitCast(integers, power), doublings));
    return hn::IfThenElseZero(hn::Ge(x, hn::Set(d, -87.0F)), result);
  }
}

/// σ(z) to a few units in the last place of float32 and float64. The exponential is that of -|z|:
/// it cannot overflow, and the small values of the left side keep their digits. NaN stays NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V sigmoid(D d, V z) {
  const V small = exp_of_negative(d, hn::Neg(hn::Abs(z)));
  const V right = hn::Div(hn::Set(d, 1), hn::Add(hn::Set(d, 1), small));
  const V value = hn::IfThenElse(hn::Lt(z, hn::Zero(d)), hn::Mul(small, right), right);
  return hn::IfThenElse(hn::Eq(z, z), value, z);
}

/// f(z) and f'(z).
template <class V>
struct ValueAndSlope {
  V value;
  V slope;
};

template <PointwiseActivation kActivation, class D, class V = hn::Vec<D>>
HWY_INLINE V activated(D d, V z) {
  if constexpr (kActivation == PointwiseActivation::kNone) return z;
  const V share = sigmoid(d, z);
  return kActivation == PointwiseActivation::kSilu ? hn::Mul(z, share) : share;
}

template <PointwiseActivation kActivation, class D, class V = hn::Vec<D>>
HWY_INLINE ValueAndSlope<V> activated_with_slope(D d, V z) {
  const V one = hn::Set(d, 1);
  if constexpr (kActivation == PointwiseActivation::kNone) return {z, one};
  const V share = sigmoid(d, z);
  const V complement = hn::Sub(one, share);
  if (kActivation == PointwiseActivation::kSigmoid) return {share, hn::Mul(share, complement)};
  return {hn::Mul(z, share), hn::Mul(share, hn::MulAdd(z, complement, one))};
}

/// Calls work(std::integral_constant) for the activation, so that it is a constant inside.
template <class Work>
HWY_INLINE void with_activation(PointwiseActivation activation, const Work& work) {
  switch (activation) {
    case PointwiseActivation::kNone:
      return work(std::integral_constant<PointwiseActivation, PointwiseActivation::kNone>());
    case PointwiseActivation::kSigmoid:
      return work(std::integral_constant<PointwiseActivation, PointwiseActivation::kSigmoid>());
    case PointwiseActivation::kSilu:
      return work(std::integral_constant<PointwiseActivation, PointwiseActivation::kSilu>());
  }
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif

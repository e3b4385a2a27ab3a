#include "gril/ops/linear_scan/linear_scan_cpu_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gril/ops/linear_scan/linear_scan_cpu_kernel.cpp"
#include <hwy/foreach_target.h>
// clang-format off: highway.h must follow foreach_target.h
#include <hwy/cache_control.h>
#include <hwy/highway.h>
// clang-format on

#include "gril/ops/linear_scan/linear_scan_complex_scalar.h"
#include "gril/ops/vector_row_cpu_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Products of real lanes.
struct RealLanes {
  static constexpr size_t kNarrowest = 1;

  /// a b + c
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE V multiply_add(D, V a, V b, V c) {
    return hn::MulAdd(a, b, c);
  }
  /// conj(a) b
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE V conjugate_multiply(D, V a, V b) {
    return hn::Mul(a, b);
  }
};

#if HWY_TARGET != HWY_SCALAR
/// Products of (re, im) pairs: with b' = (im b, re b),
/// a b = re(a) b + (-im a, +im a) b' and conj(a) b = re(a) b + (+im a, -im a) b'.
struct ComplexLanes {
  static constexpr size_t kNarrowest = 2;

  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE V multiply_add(D d, V a, V b, V c) {
    const V negative_even = hn::OddEven(hn::Zero(d), hn::Set(d, hn::TFromD<D>(-0.0)));
    const V imaginary = hn::Xor(hn::DupOdd(a), negative_even);
    return hn::MulAdd(hn::DupEven(a), b, hn::MulAdd(imaginary, hn::Reverse2(d, b), c));
  }
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE V conjugate_multiply(D d, V a, V b) {
    const V negative_odd = hn::OddEven(hn::Set(d, hn::TFromD<D>(-0.0)), hn::Zero(d));
    const V imaginary = hn::Xor(hn::DupOdd(a), negative_odd);
    return hn::MulAdd(hn::DupEven(a), b, hn::Mul(imaginary, hn::Reverse2(d, b)));
  }
};
#endif

/// Room for one value per channel and one overlapping vector.
template <typename T>
constexpr size_t kSlots = (kLinearScanBlockBytes + HWY_MAX_BYTES) / sizeof(T);

/// Stores around the caches must be aligned, and for vectors below 16 bytes Highway writes 16.
template <class D>
HWY_INLINE bool can_bypass_cache(D d, const void* first, int64_t step, size_t width) {
  const size_t lanes = hn::Lanes(d);
  const size_t bytes = lanes * sizeof(hn::TFromD<D>);
  return bytes >= 16 && reinterpret_cast<uintptr_t>(first) % bytes == 0 && width % lanes == 0 &&
         step % static_cast<int64_t>(lanes) == 0;
}

template <bool kBypass, class D, class V = hn::Vec<D>>
HWY_INLINE void store(D d, V value, hn::TFromD<D>* target) {
  if (kBypass) {
    hn::Stream(value, d, target);
  } else {
    hn::StoreU(value, d, target);
  }
}

template <class Number, bool kBypass, class D, typename T = hn::TFromD<D>>
void forward_in_cache(D d, const LinearScanForward<T>& scan) {
  HWY_ALIGN T state[kSlots<T>];
  const bool descending = scan.step < 0;
  const auto width = static_cast<size_t>(scan.width);
  const size_t lanes = hn::Lanes(d);
  for_each_vector(width, lanes, descending, [&](size_t channel, size_t slot) HWY_ATTR {
    hn::Store(hn::LoadU(d, scan.initial_state + channel), d, state + slot);
  });
  for (int64_t s = 0; s < scan.length; ++s) {
    const T* HWY_RESTRICT decay = scan.decay + s * scan.decay_step;
    const T* HWY_RESTRICT input = scan.input + s * scan.step;
    T* HWY_RESTRICT output = scan.output + s * scan.step;
    for_each_vector(width, lanes, descending, [&](size_t channel, size_t slot) HWY_ATTR {
      const auto next =
          Number::multiply_add(d, hn::LoadU(d, decay + channel), hn::Load(d, state + slot),
                               hn::LoadU(d, input + channel));
      hn::Store(next, d, state + slot);
      store<kBypass>(d, next, output + channel);
    });
  }
  if (kBypass) hwy::FlushStream();
}

/// Rows of one or two vectors: their state stays in registers.
template <class Number, class D, typename T = hn::TFromD<D>>
void forward_in_registers(D d, const LinearScanForward<T>& scan) {
  const size_t last = static_cast<size_t>(scan.width) - hn::Lanes(d);
  auto state = hn::LoadU(d, scan.initial_state);
  auto last_state = hn::LoadU(d, scan.initial_state + last);
  for (int64_t s = 0; s < scan.length; ++s) {
    const T* HWY_RESTRICT decay = scan.decay + s * scan.decay_step;
    const T* HWY_RESTRICT input = scan.input + s * scan.step;
    T* HWY_RESTRICT output = scan.output + s * scan.step;
    state = Number::multiply_add(d, hn::LoadU(d, decay), state, hn::LoadU(d, input));
    last_state =
        Number::multiply_add(d, hn::LoadU(d, decay + last), last_state, hn::LoadU(d, input + last));
    hn::StoreU(state, d, output);
    hn::StoreU(last_state, d, output + last);
  }
}

/// Partial sums of the constant decay's gradient are this long, so that a float32 sum over many
/// steps keeps its digits.
constexpr int64_t kPartialSum = 128;

template <class Number, bool kVarying, bool kBypass, class D, typename T = hn::TFromD<D>>
void backward_in_cache(D d, const LinearScanBackward<T>& scan) {
  HWY_ALIGN T carried[kSlots<T>];
  const bool descending = scan.step > 0;
  HWY_ALIGN T partial[kVarying ? 1 : kSlots<T>];
  HWY_ALIGN T total[kVarying ? 1 : kSlots<T>];
  const auto width = static_cast<size_t>(scan.width);
  const size_t lanes = hn::Lanes(d);
  for_each_vector(width, lanes, descending, [&](size_t, size_t slot) HWY_ATTR {
    hn::Store(hn::Zero(d), d, carried + slot);
    if (kVarying) return;
    hn::Store(hn::Zero(d), d, partial + slot);
    hn::Store(hn::Zero(d), d, total + slot);
  });
  for (int64_t s = scan.length - 1; s >= 0; --s) {
    const T* HWY_RESTRICT decay = scan.decay + s * scan.decay_step;
    const T* HWY_RESTRICT gradient = scan.gradient + s * scan.step;
    const T* HWY_RESTRICT before = s > 0 ? scan.states + (s - 1) * scan.step : scan.initial_state;
    T* HWY_RESTRICT input_gradient = scan.input_gradient + s * scan.step;
    T* HWY_RESTRICT decay_gradient = scan.decay_gradient + (kVarying ? s * scan.step : 0);
    for_each_vector(width, lanes, descending, [&](size_t channel, size_t slot) HWY_ATTR {
      const auto here = hn::Add(hn::LoadU(d, gradient + channel), hn::Load(d, carried + slot));
      const auto product = Number::conjugate_multiply(d, hn::LoadU(d, before + channel), here);
      hn::Store(Number::conjugate_multiply(d, hn::LoadU(d, decay + channel), here), d,
                carried + slot);
      store<kBypass>(d, here, input_gradient + channel);
      if (kVarying) {
        store<kBypass>(d, product, decay_gradient + channel);
      } else {
        hn::Store(hn::Add(product, hn::Load(d, partial + slot)), d, partial + slot);
      }
    });
    if (kVarying || s % kPartialSum != 0) continue;
    for_each_vector(width, lanes, descending, [&](size_t, size_t slot) HWY_ATTR {
      hn::Store(hn::Add(hn::Load(d, total + slot), hn::Load(d, partial + slot)), d, total + slot);
      hn::Store(hn::Zero(d), d, partial + slot);
    });
  }
  for_each_vector(width, lanes, descending, [&](size_t channel, size_t slot) HWY_ATTR {
    hn::StoreU(hn::Load(d, carried + slot), d, scan.initial_state_gradient + channel);
    if (!kVarying) hn::StoreU(hn::Load(d, total + slot), d, scan.decay_gradient + channel);
  });
  if (kBypass) hwy::FlushStream();
}

template <class Number, class D, typename T = hn::TFromD<D>>
void run(D d, const LinearScanForward<T>& scan) {
  const auto width = static_cast<size_t>(scan.width);
  if (width <= 2 * hn::Lanes(d)) return forward_in_registers<Number>(d, scan);
  if (scan.bypass_cache && can_bypass_cache(d, scan.output, scan.step, width))
    return forward_in_cache<Number, true>(d, scan);
  forward_in_cache<Number, false>(d, scan);
}

template <class Number, class D, typename T = hn::TFromD<D>>
void run(D d, const LinearScanBackward<T>& scan) {
  if (scan.decay_step == 0) return backward_in_cache<Number, false, false>(d, scan);
  const auto width = static_cast<size_t>(scan.width);
  if (scan.bypass_cache && can_bypass_cache(d, scan.input_gradient, scan.step, width) &&
      can_bypass_cache(d, scan.decay_gradient, scan.step, width))
    return backward_in_cache<Number, true, true>(d, scan);
  backward_in_cache<Number, true, false>(d, scan);
}

template <class Number, template <typename> class Scan, typename T>
void run_with_fitting_vector(const Scan<T>& scan) {
  with_fitting_vector<T, Number::kNarrowest>(static_cast<size_t>(scan.width),
                                             [&](auto d) HWY_ATTR { run<Number>(d, scan); });
}

#if HWY_TARGET == HWY_SCALAR
template <template <typename> class Scan, typename T>
void run_complex(const Scan<T>& scan) {
  complex_scan_by_channel(scan);
}
#else
template <template <typename> class Scan, typename T>
void run_complex(const Scan<T>& scan) {
  run_with_fitting_vector<ComplexLanes>(scan);
}
#endif

template <template <typename> class Scan, typename T>
void run_any(const Scan<T>& scan) {
  if (scan.complex) return run_complex(scan);
  run_with_fitting_vector<RealLanes>(scan);
}

void forward_float(const LinearScanForward<float>& scan) { run_any(scan); }
void forward_double(const LinearScanForward<double>& scan) { run_any(scan); }
void backward_float(const LinearScanBackward<float>& scan) { run_any(scan); }
void backward_double(const LinearScanBackward<double>& scan) { run_any(scan); }

}  // namespace
}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gril {

HWY_EXPORT(forward_float);
HWY_EXPORT(forward_double);
HWY_EXPORT(backward_float);
HWY_EXPORT(backward_double);

void linear_scan_forward(const LinearScanForward<float>& scan) {
  HWY_DYNAMIC_DISPATCH(forward_float)(scan);
}

void linear_scan_forward(const LinearScanForward<double>& scan) {
  HWY_DYNAMIC_DISPATCH(forward_double)(scan);
}

void linear_scan_backward(const LinearScanBackward<float>& scan) {
  HWY_DYNAMIC_DISPATCH(backward_float)(scan);
}

void linear_scan_backward(const LinearScanBackward<double>& scan) {
  HWY_DYNAMIC_DISPATCH(backward_double)(scan);
}

}  // namespace gril
#endif

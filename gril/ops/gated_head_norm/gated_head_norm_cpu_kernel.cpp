#include "gril/ops/gated_head_norm/gated_head_norm_cpu_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gril/ops/gated_head_norm/gated_head_norm_cpu_kernel.cpp"
#include <hwy/foreach_target.h>
// clang-format off: highway.h must follow foreach_target.h
#include <hwy/highway.h>
// clang-format on

#include "gril/ops/pointwise_activation_cpu_kernel-inl.h"
#include "gril/ops/vector_row_cpu_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace {

/// Σ over a row, in every lane; value(channel) is the vector there. Numbers that the last vector
/// shares with its neighbour count once.
template <class D, class Value>
HWY_INLINE hn::Vec<D> sum_of_row(D d, size_t width, const Value& value) {
  const size_t lanes = hn::Lanes(d);
  auto sum = hn::Zero(d);
  for_each_vector(width, lanes, false, [&](size_t channel, size_t slot) HWY_ATTR {
    const auto counted = hn::FirstN(d, slot - channel);
    sum = hn::Add(sum,
                  slot == channel ? value(channel) : hn::IfThenZeroElse(counted, value(channel)));
  });
  return hn::SumOfLanes(d, sum);
}

/// 1 / √(mean(o²) + ε), or 1 without norm.
template <class D, typename T>
HWY_INLINE hn::Vec<D> inverse_size(D d, const GatedHeadNormInput<T>& input, const T* readings) {
  const auto one = hn::Set(d, 1);
  if (input.epsilon == 0.0) return one;
  const auto width = static_cast<size_t>(input.width);
  const auto squares = sum_of_row(d, width, [&](size_t channel) HWY_ATTR {
    const auto reading = hn::LoadU(d, readings + channel);
    return hn::Mul(reading, reading);
  });
  const auto mean_square = hn::MulAdd(squares, hn::Set(d, T{1} / static_cast<T>(input.width)),
                                      hn::Set(d, static_cast<T>(input.epsilon)));
  return hn::Div(one, hn::Sqrt(mean_square));
}

template <PointwiseActivation kActivation, class D, typename T>
void forward(D d, const GatedHeadNormInput<T>& input, T* HWY_RESTRICT output) {
  for (int64_t head = 0; head < input.heads; ++head) {
    const int64_t first = head * input.width;
    const T* readings = input.readings + first;
    const auto inverse = inverse_size(d, input, readings);
    for_each_vector(static_cast<size_t>(input.width), hn::Lanes(d), false,
                    [&](size_t channel, size_t) HWY_ATTR {
                      auto value = hn::Mul(hn::LoadU(d, readings + channel), inverse);
                      if (input.gate != nullptr) {
                        const auto gate = hn::LoadU(d, input.gate + first + channel);
                        value = hn::Mul(value, activated<kActivation>(d, gate));
                      }
                      hn::StoreU(value, d, output + first + channel);
                    });
  }
}

/// With G the gradient of the normalised readings: writes G in the place of the readings' gradient,
/// and the gate's gradient.
template <PointwiseActivation kActivation, class D, typename T, class V = hn::Vec<D>>
HWY_INLINE void undo_gate(D d, const GatedHeadNormBackward<T>& call, int64_t first, V inverse) {
  const auto& input = call.input;
  for_each_vector(
      static_cast<size_t>(input.width), hn::Lanes(d), false, [&](size_t channel, size_t) HWY_ATTR {
        const int64_t place = first + static_cast<int64_t>(channel);
        V gradient = hn::LoadU(d, call.gradient + place);
        if (input.gate != nullptr) {
          const auto gate = activated_with_slope<kActivation>(d, hn::LoadU(d, input.gate + place));
          const V normal = hn::Mul(hn::LoadU(d, input.readings + place), inverse);
          hn::StoreU(hn::Mul(gradient, hn::Mul(normal, gate.slope)), d, call.gate_gradient + place);
          gradient = hn::Mul(gradient, gate.value);
        }
        hn::StoreU(gradient, d, call.readings_gradient + place);
      });
}

template <PointwiseActivation kActivation, class D, typename T>
void backward(D d, const GatedHeadNormBackward<T>& call) {
  const auto& input = call.input;
  const auto width = static_cast<size_t>(input.width);
  for (int64_t head = 0; head < input.heads; ++head) {
    const int64_t first = head * input.width;
    const T* readings = input.readings + first;
    T* result = call.readings_gradient + first;
    const auto inverse = inverse_size(d, input, readings);
    undo_gate<kActivation>(d, call, first, inverse);
    if (input.epsilon == 0.0) continue;
    const auto product = sum_of_row(d, width, [&](size_t channel) HWY_ATTR {
      return hn::Mul(hn::LoadU(d, readings + channel), hn::LoadU(d, result + channel));
    });
    const auto share = hn::Mul(hn::Mul(product, hn::Set(d, T{1} / static_cast<T>(input.width))),
                               hn::Mul(inverse, inverse));
    // The last vector overlaps its neighbour: its numbers are read before those are overwritten.
    const auto last = hn::LoadU(d, result + width - hn::Lanes(d));
    for_each_vector(width, hn::Lanes(d), false, [&](size_t channel, size_t slot) HWY_ATTR {
      const auto of_normal = slot == channel ? hn::LoadU(d, result + channel) : last;
      const auto reading = hn::LoadU(d, readings + channel);
      hn::StoreU(hn::Mul(inverse, hn::NegMulAdd(reading, share, of_normal)), d, result + channel);
    });
  }
}

template <typename T>
void run_forward(const GatedHeadNormInput<T>& input, T* output) {
  with_fitting_vector<T>(static_cast<size_t>(input.width), [&](auto d) HWY_ATTR {
    with_activation(input.activation, [&](auto activation) HWY_ATTR {
      forward<decltype(activation)::value>(d, input, output);
    });
  });
}

template <typename T>
void run_backward(const GatedHeadNormBackward<T>& call) {
  with_fitting_vector<T>(static_cast<size_t>(call.input.width), [&](auto d) HWY_ATTR {
    with_activation(call.input.activation, [&](auto activation) HWY_ATTR {
      backward<decltype(activation)::value>(d, call);
    });
  });
}

void forward_float(const GatedHeadNormInput<float>& input, float* output) {
  run_forward(input, output);
}
void forward_double(const GatedHeadNormInput<double>& input, double* output) {
  run_forward(input, output);
}
void backward_float(const GatedHeadNormBackward<float>& call) { run_backward(call); }
void backward_double(const GatedHeadNormBackward<double>& call) { run_backward(call); }

}  // namespace
}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gril {

HWY_EXPORT(forward_float);
HWY_EXPORT(forward_double);
HWY_EXPORT(backward_float);
HWY_EXPORT(backward_double);

void gated_head_norm_forward(const GatedHeadNormInput<float>& input, float* output) {
  HWY_DYNAMIC_DISPATCH(forward_float)(input, output);
}

void gated_head_norm_forward(const GatedHeadNormInput<double>& input, double* output) {
  HWY_DYNAMIC_DISPATCH(forward_double)(input, output);
}

void gated_head_norm_backward(const GatedHeadNormBackward<float>& call) {
  HWY_DYNAMIC_DISPATCH(backward_float)(call);
}

void gated_head_norm_backward(const GatedHeadNormBackward<double>& call) {
  HWY_DYNAMIC_DISPATCH(backward_double)(call);
}

}  // namespace gril
#endif

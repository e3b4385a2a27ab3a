#include "gril/ops/causal_convolution/causal_convolution_cpu_kernel.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gril/ops/causal_convolution/causal_convolution_cpu_kernel.cpp"
#include <hwy/foreach_target.h>
// clang-format off: highway.h must follow foreach_target.h
#include <hwy/highway.h>
// clang-format on

#include "gril/ops/causal_convolution/convolution_block_cpu_kernel-inl.h"
#include "gril/ops/pointwise_activation_cpu_kernel-inl.h"
#include "gril/ops/vector_row_cpu_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace {

/// Calls work(j, u_{t-j}) for the offsets at which token t has one, in ascending order.
template <typename T, class Work>
HWY_INLINE void for_each_offset(const CausalConvolutionInput<T>& input, int64_t t,
                                const Work& work) {
  const int64_t in_stream = std::min(input.window, t + 1);
  const T* token = input.stream[t];
  for (int64_t j = 0; j < in_stream; ++j, token -= input.stream.stride) work(j, token);
  if (input.history.first == nullptr) return;
  for (int64_t j = in_stream; j < input.window; ++j)
    work(j, input.history[input.window - 1 + t - j]);
}

/// b + Σ_j K_j ⊙ u_{t-j} for the vector at `channel`.
template <class D, typename T>
HWY_INLINE hn::Vec<D> windowed_sum(D d, const CausalConvolutionInput<T>& input, int64_t t,
                                   size_t channel) {
  auto sum = input.bias == nullptr ? hn::Zero(d) : hn::LoadU(d, input.bias + channel);
  for_each_offset(input, t, [&](int64_t j, const T* token) HWY_ATTR {
    sum = hn::MulAdd(hn::LoadU(d, input.weights[j] + channel), hn::LoadU(d, token + channel), sum);
  });
  return sum;
}

template <PointwiseActivation kActivation, class D, typename T>
void forward(D d, const CausalConvolutionInput<T>& input, int64_t begin, int64_t end,
             TokenRows<T> output) {
  const auto width = static_cast<size_t>(input.width);
  for (int64_t t = begin; t < end;) {
    if constexpr (kHasBlocks<D>) {
      if (input.window == kUsualWindow && t >= kUsualWindow - 1 && t + kBlockTokens <= end) {
        for_each_vector(width, hn::Lanes(d), false, [&](size_t channel, size_t) HWY_ATTR {
          forward_block<kActivation>(d, input, t, channel, output);
        });
        t += kBlockTokens;
        continue;
      }
    }
    T* HWY_RESTRICT row = output[t];
    for_each_vector(width, hn::Lanes(d), false, [&](size_t channel, size_t) HWY_ATTR {
      const auto sum = windowed_sum(d, input, t, channel);
      hn::StoreU(activated<kActivation>(d, sum), d, row + channel);
    });
    ++t;
  }
}

/// d_t into `slope_row`, and its part of the weights' gradient into `sums`.
template <PointwiseActivation kActivation, class D, typename T>
HWY_INLINE void add_token(D d, const CausalConvolutionBackward<T>& call, int64_t t, T* slope_row,
                          TokenRows<T> sums) {
  const auto& input = call.input;
  const T* gradient = call.gradient[t];
  const bool counts = t < call.end;
  for_each_vector(static_cast<size_t>(input.width), hn::Lanes(d), false,
                  [&](size_t channel, size_t slot) HWY_ATTR {
                    auto here = hn::LoadU(d, gradient + channel);
                    if constexpr (kActivation != PointwiseActivation::kNone) {
                      const auto sum = windowed_sum(d, input, t, channel);
                      here = hn::Mul(here, activated_with_slope<kActivation>(d, sum).slope);
                    }
                    hn::StoreU(here, d, slope_row + slot);
                    if (!counts) return;
                    for_each_offset(input, t, [&](int64_t j, const T* token) HWY_ATTR {
                      T* sum = sums[j] + slot;
                      hn::StoreU(hn::MulAdd(here, hn::LoadU(d, token + channel), hn::LoadU(d, sum)),
                                 d, sum);
                    });
                    T* sum = sums[input.window] + slot;
                    hn::StoreU(hn::Add(here, hn::LoadU(d, sum)), d, sum);
                  });
}

/// Σ_j K_j ⊙ d_{u+j}: row (first + j) mod w of `slopes` is d_{u+j}.
template <class D, typename T>
HWY_INLINE void write_gradient(D d, const CausalConvolutionInput<T>& input, TokenRows<T> slopes,
                               int64_t first, T* HWY_RESTRICT result) {
  for_each_vector(static_cast<size_t>(input.width), hn::Lanes(d), false,
                  [&](size_t channel, size_t slot) HWY_ATTR {
                    auto sum = hn::Zero(d);
                    int64_t row = first;
                    for (int64_t j = 0; j < input.window; ++j) {
                      sum = hn::MulAdd(hn::LoadU(d, input.weights[j] + channel),
                                       hn::LoadU(d, slopes[row] + slot), sum);
                      row = row + 1 == input.window ? 0 : row + 1;
                    }
                    hn::StoreU(sum, d, result + channel);
                  });
}

template <PointwiseActivation kActivation, class D, typename T>
void backward(D d, const CausalConvolutionBackward<T>& call) {
  const auto& input = call.input;
  const int64_t window = input.window;
  const auto width = static_cast<size_t>(input.width);
  const int64_t stride = causal_convolution_workspace_row(input.width);
  const TokenRows<T> slopes{call.workspace, stride};
  const TokenRows<T> sums{slopes[window], stride};
  std::fill_n(call.workspace, causal_convolution_workspace(window, input.width), T{0});
  int64_t newest = 0;  // the row of d_t
  for (int64_t t = call.begin; t < call.end + window - 1;) {
    if constexpr (kHasBlocks<D>) {
      if (window == kUsualWindow && t >= call.begin + window - 1 && t + kBlockTokens <= call.end) {
        for_each_vector(width, hn::Lanes(d), false, [&](size_t channel, size_t slot) HWY_ATTR {
          backward_block<kActivation>(d, call, t, channel, slot, slopes, newest, sums);
        });
        t += kBlockTokens;
        continue;
      }
    }
    if (t < input.length) {
      add_token<kActivation>(d, call, t, slopes[newest], sums);
    } else {
      std::fill_n(slopes[newest], stride, T{0});
    }
    newest = newest + 1 == window ? 0 : newest + 1;
    const int64_t ready = t - window + 1;  // all that reaches this token is known
    if (ready >= call.begin) {
      write_gradient(d, input, slopes, newest, call.stream_gradient[ready]);
    } else if (ready < 0 && call.begin == 0 && call.history_gradient.first != nullptr) {
      write_gradient(d, input, slopes, newest, call.history_gradient[window - 1 + ready]);
    }
    ++t;
  }
  for (int64_t j = 0; j <= window; ++j) {
    for_each_vector(width, hn::Lanes(d), false, [&](size_t channel, size_t slot) HWY_ATTR {
      hn::StoreU(hn::LoadU(d, sums[j] + slot), d, call.weight_gradient[j] + channel);
    });
  }
}

template <typename T>
void run_forward(const CausalConvolutionInput<T>& input, int64_t begin, int64_t end,
                 TokenRows<T> output) {
  with_fitting_vector<T>(static_cast<size_t>(input.width), [&](auto d) HWY_ATTR {
    with_activation(input.activation, [&](auto activation) HWY_ATTR {
      forward<decltype(activation)::value>(d, input, begin, end, output);
    });
  });
}

template <typename T>
void run_backward(const CausalConvolutionBackward<T>& call) {
  with_fitting_vector<T>(static_cast<size_t>(call.input.width), [&](auto d) HWY_ATTR {
    with_activation(call.input.activation, [&](auto activation) HWY_ATTR {
      backward<decltype(activation)::value>(d, call);
    });
  });
}

void forward_float(const CausalConvolutionInput<float>& input, int64_t begin, int64_t end,
                   TokenRows<float> output) {
  run_forward(input, begin, end, output);
}
void forward_double(const CausalConvolutionInput<double>& input, int64_t begin, int64_t end,
                    TokenRows<double> output) {
  run_forward(input, begin, end, output);
}
void backward_float(const CausalConvolutionBackward<float>& call) { run_backward(call); }
void backward_double(const CausalConvolutionBackward<double>& call) { run_backward(call); }

}  // namespace
}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gril {

HWY_EXPORT(forward_float);
HWY_EXPORT(forward_double);
HWY_EXPORT(backward_float);
HWY_EXPORT(backward_double);

void causal_convolution_forward(const CausalConvolutionInput<float>& input, int64_t begin,
                                int64_t end, TokenRows<float> output) {
  HWY_DYNAMIC_DISPATCH(forward_float)(input, begin, end, output);
}

void causal_convolution_forward(const CausalConvolutionInput<double>& input, int64_t begin,
                                int64_t end, TokenRows<double> output) {
  HWY_DYNAMIC_DISPATCH(forward_double)(input, begin, end, output);
}

void causal_convolution_backward(const CausalConvolutionBackward<float>& call) {
  HWY_DYNAMIC_DISPATCH(backward_float)(call);
}

void causal_convolution_backward(const CausalConvolutionBackward<double>& call) {
  HWY_DYNAMIC_DISPATCH(backward_double)(call);
}

}  // namespace gril
#endif

// Blocks of tokens of causal_convolution, one vector of features at a time. Included once per
// instruction set.
#if defined(GRIL_CONVOLUTION_BLOCK_CPU_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GRIL_CONVOLUTION_BLOCK_CPU_KERNEL_INL_H_
#undef GRIL_CONVOLUTION_BLOCK_CPU_KERNEL_INL_H_
#else
#define GRIL_CONVOLUTION_BLOCK_CPU_KERNEL_INL_H_
#endif

#include <hwy/highway.h>

#include "gril/ops/causal_convolution/causal_convolution_cpu_kernel.h"
#include "gril/ops/pointwise_activation_cpu_kernel-inl.h"
#include "gril/ops/vector_row_cpu_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A window for which what tokens share stays in registers; layers have this one unless told
/// otherwise. Every token has the same operations in the same order on both ways.
constexpr int64_t kUsualWindow = 4;

/// Tokens that one vector of features takes at a time: few enough that all their rows stay in the
/// first-level cache for the next vector, and a multiple of the window.
constexpr int64_t kBlockTokens = 16;

/// Rows narrower than the widest vector go token by token.
template <class D>
constexpr bool kHasBlocks = hn::MaxLanes(D()) == kWidestVector<hn::TFromD<D>>;

/// The rows before token t, newest first: tokens[j] is u_{t-j}; tokens[0] is to be loaded.
template <class D, typename T, class V = hn::Vec<D>>
HWY_INLINE void load_earlier(D d, TokenRows<const T> rows, int64_t t, size_t channel,
                             V (&tokens)[kUsualWindow]) {
  HWY_UNROLL(3)
  for (int64_t j = 1; j < kUsualWindow; ++j) tokens[j] = hn::LoadU(d, rows[t - j] + channel);
}

template <class V>
HWY_INLINE void move_on(V (&tokens)[kUsualWindow]) {
  HWY_UNROLL(3)
  for (int64_t j = kUsualWindow - 1; j > 0; --j) tokens[j] = tokens[j - 1];
}

/// Tokens t … t + kBlockTokens - 1 of one vector of features; t ≥ w-1.
template <PointwiseActivation kActivation, class D, typename T>
HWY_INLINE void forward_block(D d, const CausalConvolutionInput<T>& input, int64_t t,
                              size_t channel, TokenRows<T> output) {
  using V = hn::Vec<D>;
  V weights[kUsualWindow];
  HWY_UNROLL(4)
  for (int64_t j = 0; j < kUsualWindow; ++j) weights[j] = hn::LoadU(d, input.weights[j] + channel);
  const V bias = input.bias == nullptr ? hn::Zero(d) : hn::LoadU(d, input.bias + channel);
  V tokens[kUsualWindow];
  load_earlier(d, input.stream, t, channel, tokens);
  for (const int64_t end = t + kBlockTokens; t < end; ++t) {
    tokens[0] = hn::LoadU(d, input.stream[t] + channel);
    V sum = bias;
    HWY_UNROLL(4)
    for (int64_t j = 0; j < kUsualWindow; ++j) sum = hn::MulAdd(weights[j], tokens[j], sum);
    hn::StoreU(activated<kActivation>(d, sum), d, output[t] + channel);
    move_on(tokens);
  }
}

/// add_token and write_gradient for tokens t … t + kBlockTokens - 1 of one vector of features, all
/// of which count; t ≥ begin + w-1. `newest` is the row of `slopes` for d_t.
template <PointwiseActivation kActivation, class D, typename T>
HWY_INLINE void backward_block(D d, const CausalConvolutionBackward<T>& call, int64_t t,
                               size_t channel, size_t slot, TokenRows<T> slopes, int64_t newest,
                               TokenRows<T> sums) {
  using V = hn::Vec<D>;
  const auto& input = call.input;
  const auto earlier = [&](int64_t j) { return (newest - j + kUsualWindow) % kUsualWindow; };
  V weights[kUsualWindow];
  V totals[kUsualWindow + 1];
  V slope[kUsualWindow];  // d_{t-j}
  HWY_UNROLL(4)
  for (int64_t j = 0; j < kUsualWindow; ++j) {
    weights[j] = hn::LoadU(d, input.weights[j] + channel);
    totals[j] = hn::LoadU(d, sums[j] + slot);
    slope[j] = hn::LoadU(d, slopes[earlier(j)] + slot);
  }
  totals[kUsualWindow] = hn::LoadU(d, sums[kUsualWindow] + slot);
  const V bias = input.bias == nullptr ? hn::Zero(d) : hn::LoadU(d, input.bias + channel);
  V tokens[kUsualWindow];
  load_earlier(d, input.stream, t, channel, tokens);
  for (const int64_t end = t + kBlockTokens; t < end; ++t) {
    tokens[0] = hn::LoadU(d, input.stream[t] + channel);
    V sum = bias;
    HWY_UNROLL(4)
    for (int64_t j = 0; j < kUsualWindow; ++j) sum = hn::MulAdd(weights[j], tokens[j], sum);
    slope[0] = hn::LoadU(d, call.gradient[t] + channel);
    if constexpr (kActivation != PointwiseActivation::kNone)
      slope[0] = hn::Mul(slope[0], activated_with_slope<kActivation>(d, sum).slope);
    V result = hn::Zero(d);
    HWY_UNROLL(4)
    for (int64_t j = 0; j < kUsualWindow; ++j) {
      totals[j] = hn::MulAdd(slope[0], tokens[j], totals[j]);
      result = hn::MulAdd(weights[j], slope[kUsualWindow - 1 - j], result);
    }
    totals[kUsualWindow] = hn::Add(slope[0], totals[kUsualWindow]);
    hn::StoreU(result, d, call.stream_gradient[t - kUsualWindow + 1] + channel);
    move_on(tokens);
    move_on(slope);
  }
  // The block is a multiple of the window, so row `newest` is again that of the next token.
  HWY_UNROLL(4)
  for (int64_t j = 0; j < kUsualWindow; ++j) {
    hn::StoreU(totals[j], d, sums[j] + slot);
    if (j > 0) hn::StoreU(slope[j], d, slopes[earlier(j)] + slot);
  }
  hn::StoreU(totals[kUsualWindow], d, sums[kUsualWindow] + slot);
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif

#pragma once

#include <cstdint>

#include "gril/ops/pointwise_activation.h"

/// The arithmetic of causal_convolution on raw memory: some tokens of one batch entry, one stream
/// of features. Compiled for every Highway target, chosen when the program runs. No allocation, no
/// errors, no threads; T is float or double. Nothing outside the named rows is read or written.
namespace gril {

/// Rows of numbers, `stride` apart.
template <typename T>
struct TokenRows {
  T* first = nullptr;
  int64_t stride = 0;

  T* operator[](int64_t row) const { return first + row * stride; }
};

/// What forward and backward read. Token t of the whole stream is row t; that of the history is row
/// w-1+t, for t < 0.
template <typename T>
struct CausalConvolutionInput {
  TokenRows<const T> stream;
  TokenRows<const T> history;  ///< null: zeros
  TokenRows<const T> weights;  ///< row j for offset j
  const T* bias = nullptr;     ///< null: 0
  PointwiseActivation activation = PointwiseActivation::kNone;
  int64_t window = 1;
  int64_t length = 0;  ///< tokens of the whole stream
  int64_t width = 0;   ///< features
};

/// Writes rows begin … end-1 of the output.
void causal_convolution_forward(const CausalConvolutionInput<float>& input, int64_t begin,
                                int64_t end, TokenRows<float> output);
void causal_convolution_forward(const CausalConvolutionInput<double>& input, int64_t begin,
                                int64_t end, TokenRows<double> output);

template <typename T>
struct CausalConvolutionBackward {
  CausalConvolutionInput<T> input;
  int64_t begin = 0;
  int64_t end = 0;
  TokenRows<const T> gradient;  ///< of the output; row t for token t
  /// Rows begin … end-1 are written: with d_t = gradient_t ⊙ f'(·), row t is Σ_j K_j ⊙ d_{t+j}.
  TokenRows<T> stream_gradient;
  /// The same for t < 0, as row w-1+t. Written where begin is 0; null: not wanted.
  TokenRows<T> history_gradient;
  /// Row j is Σ_t d_t ⊙ u_{t-j} over these tokens, row w is Σ_t d_t.
  TokenRows<T> weight_gradient;
  /// causal_convolution_workspace(w, width) numbers.
  T* workspace = nullptr;
};

/// Computes the sums again, also those of the w-1 tokens behind `end`, whose d reach back.
void causal_convolution_backward(const CausalConvolutionBackward<float>& call);
void causal_convolution_backward(const CausalConvolutionBackward<double>& call);

/// A row of the workspace: whole vectors of any instruction set, and one more that overlaps.
constexpr int64_t causal_convolution_workspace_row(int64_t width) {
  constexpr int64_t kWidest = 64;
  return (width + kWidest - 1) / kWidest * kWidest + kWidest;
}

/// The last w rows of d, and the sums for w weights and the bias.
constexpr int64_t causal_convolution_workspace(int64_t window, int64_t width) {
  return (2 * window + 1) * causal_convolution_workspace_row(width);
}

}  // namespace gril

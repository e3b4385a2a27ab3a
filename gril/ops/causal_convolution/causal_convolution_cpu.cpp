#include <ATen/ATen.h>
#include <torch/library.h>

#include <algorithm>

#include "gril/ops/causal_convolution/causal_convolution_composition.h"
#include "gril/ops/causal_convolution/causal_convolution_cpu_kernel.h"
#include "gril/ops/cpu_parallel.h"
#include "gril/ops/shape_check.h"
#include "gril/ops/sum_over_rows.h"

namespace gril {
namespace {

/// Tokens that stay in the second-level cache while every stream of them is computed; so many more
/// than the window that computing those behind the end twice costs little.
constexpr int64_t kPieceTokens = 128;
constexpr int64_t kPieceWindows = 8;

/// An activation counts as this many multiply-adds.
constexpr int64_t kActivationOperations = 16;

/// Rows of batch entry b; the numbers of a row lie side by side.
template <typename T>
TokenRows<T> rows(const at::Tensor& tensor, int64_t b) {
  using Number = std::remove_const_t<T>;
  return {tensor.data_ptr<Number>() + b * tensor.stride(0), tensor.stride(1)};
}

template <typename T>
TokenRows<T> from_feature(TokenRows<T> tokens, int64_t feature) {
  return {tokens.first == nullptr ? nullptr : tokens.first + feature, tokens.stride};
}

at::Tensor with_dense_features(const at::Tensor& tensor) {
  return tensor.stride(2) == 1 ? tensor : tensor.contiguous();
}

/// The operands as the kernels read them, and how the work is cut. The pieces are the same for any
/// number of threads, and so are the sums over them.
struct Operands {
  explicit Operands(const CausalConvolutionArguments& arguments)
      : stream(with_dense_features(arguments.stream)),
        history(arguments.history ? arguments.history->contiguous() : at::Tensor()),
        weights(arguments.weights.contiguous()),
        bias(arguments.bias ? arguments.bias->contiguous() : at::Tensor()),
        activation(arguments.activation),
        sizes(arguments.sizes),
        batch(stream.size(0)),
        length(stream.size(1)),
        window(weights.size(0)),
        convolved(weights.size(1)),
        piece_tokens(std::max(kPieceTokens, kPieceWindows * window)),
        pieces_per_entry((length + piece_tokens - 1) / piece_tokens) {}

  int64_t pieces() const { return batch * pieces_per_entry; }
  int64_t begin(int64_t piece) const { return piece % pieces_per_entry * piece_tokens; }
  int64_t end(int64_t piece) const { return std::min(length, begin(piece) + piece_tokens); }
  int64_t piece_operations(int64_t passes) const {
    return std::min(piece_tokens, length) * stream.size(2) *
           (passes * window + kActivationOperations);
  }

  /// One stream of a batch entry.
  template <typename T>
  CausalConvolutionInput<T> input(int64_t entry, int64_t first, int64_t width) const {
    CausalConvolutionInput<T> input;
    input.stream = from_feature(rows<const T>(stream, entry), first);
    if (history.defined()) input.history = from_feature(rows<const T>(history, entry), first);
    input.weights = {weights.data_ptr<T>() + first, weights.stride(0)};
    if (bias.defined()) input.bias = bias.data_ptr<T>() + first;
    input.activation = activation;
    input.window = window;
    input.length = length;
    input.width = width;
    return input;
  }

  at::Tensor stream, history, weights, bias;
  PointwiseActivation activation;
  at::IntArrayRef sizes;
  int64_t batch, length, window, convolved, piece_tokens, pieces_per_entry;
};

/// Calls work(index, first feature, features) for every stream that has features.
template <class Work>
void for_each_stream(at::IntArrayRef sizes, const Work& work) {
  int64_t first = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] > 0) work(i, first, sizes[i]);
    first += sizes[i];
  }
}

template <typename T>
void copy_rows(TokenRows<const T> from, TokenRows<T> to, int64_t begin, int64_t end,
               int64_t width) {
  for (int64_t t = begin; t < end; ++t) std::copy_n(from[t], width, to[t]);
}

template <typename T>
void run_forward(const Operands& operands, const std::vector<at::Tensor>& streams) {
  for_each_piece(operands.pieces(), operands.piece_operations(1), [&](int64_t from, int64_t to) {
    for (int64_t piece = from; piece < to; ++piece) {
      const int64_t entry = piece / operands.pieces_per_entry;
      const int64_t begin = operands.begin(piece);
      const int64_t end = operands.end(piece);
      for_each_stream(operands.sizes, [&](size_t i, int64_t first, int64_t width) {
        const TokenRows<T> output = rows<T>(streams[i], entry);
        if (first >= operands.convolved) {
          copy_rows(from_feature(rows<const T>(operands.stream, entry), first), output, begin, end,
                    width);
        } else {
          causal_convolution_forward(operands.input<T>(entry, first, width), begin, end, output);
        }
      });
    }
  });
}

struct Gradients {
  std::vector<at::Tensor> streams;  ///< of the results, contiguous
  at::Tensor stream, history;       ///< to be written
  at::Tensor weights;               ///< (pieces, w+1, F), to be added up
};

template <typename T>
void backward_of_piece(const Operands& operands, const Gradients& gradients, int64_t piece,
                       T* workspace) {
  const int64_t entry = piece / operands.pieces_per_entry;
  for_each_stream(operands.sizes, [&](size_t i, int64_t first, int64_t width) {
    CausalConvolutionBackward<T> call;
    call.begin = operands.begin(piece);
    call.end = operands.end(piece);
    call.gradient = rows<const T>(gradients.streams[i], entry);
    call.stream_gradient = from_feature(rows<T>(gradients.stream, entry), first);
    if (first >= operands.convolved) {
      return copy_rows(call.gradient, call.stream_gradient, call.begin, call.end, width);
    }
    call.input = operands.input<T>(entry, first, width);
    call.history_gradient = from_feature(rows<T>(gradients.history, entry), first);
    call.weight_gradient = from_feature(rows<T>(gradients.weights, piece), first);
    call.workspace = workspace;
    causal_convolution_backward(call);
  });
}

template <typename T>
void run_backward(const Operands& operands, const Gradients& gradients) {
  const int64_t size = causal_convolution_workspace(operands.window, operands.convolved);
  const auto options = operands.weights.options();
  for_each_piece(operands.pieces(), operands.piece_operations(4), [&](int64_t from, int64_t to) {
    const at::Tensor workspace = at::empty({size}, options);
    for (int64_t piece = from; piece < to; ++piece)
      backward_of_piece(operands, gradients, piece, workspace.data_ptr<T>());
  });
}

/// Empty tensors have no memory to point into.
bool fits_kernel(const CausalConvolutionArguments& arguments) {
  return arguments.stream.numel() > 0 && arguments.convolved() > 0;
}

std::vector<at::Tensor> causal_convolution_cpu(const at::Tensor& stream,
                                               const c10::optional<at::Tensor>& history,
                                               const at::Tensor& weights,
                                               const c10::optional<at::Tensor>& bias,
                                               int64_t activation, at::IntArrayRef sizes) {
  const CausalConvolutionArguments arguments{
      stream, history, weights, bias, activation_of("causal_convolution", activation), sizes};
  check_causal_convolution(arguments);
  if (!fits_kernel(arguments)) {
    return causal_convolution_composition(stream, history, weights, bias, activation, sizes);
  }
  const Operands operands(arguments);
  std::vector<at::Tensor> streams;
  for (const int64_t size : sizes)
    streams.push_back(at::empty({operands.batch, operands.length, size}, weights.options()));
  (stream.scalar_type() == at::kFloat ? run_forward<float> : run_forward<double>)(operands,
                                                                                  streams);
  return streams;
}

CausalConvolutionGradients causal_convolution_gradients_cpu(
    at::TensorList gradients, const at::Tensor& stream, const c10::optional<at::Tensor>& history,
    const at::Tensor& weights, const c10::optional<at::Tensor>& bias, int64_t activation,
    at::IntArrayRef sizes) {
  const CausalConvolutionArguments arguments{
      stream, history, weights, bias, activation_of("causal_convolution", activation), sizes};
  check_causal_convolution_gradients(gradients, arguments);
  if (!fits_kernel(arguments)) {
    return causal_convolution_gradients_composed(gradients, stream, history, weights, bias,
                                                 activation, sizes);
  }
  const Operands operands(arguments);
  const int64_t window = operands.window;
  const int64_t convolved = operands.convolved;
  const auto options = weights.options();
  Gradients result;
  for (const at::Tensor& gradient : gradients) result.streams.push_back(gradient.contiguous());
  result.stream = at::empty(stream.sizes(), options);
  result.history = at::empty({operands.batch, window - 1, convolved}, options);
  result.weights = at::empty({operands.pieces(), window + 1, convolved}, options);
  (stream.scalar_type() == at::kFloat ? run_backward<float> : run_backward<double>)(operands,
                                                                                    result);
  const at::Tensor sums = sum_over_rows(result.weights.flatten(1)).view({window + 1, convolved});
  return {result.stream, result.history, sums.narrow(0, 0, window), sums[window]};
}

}  // namespace
}  // namespace gril

TORCH_LIBRARY_IMPL(gril, CPU, library) {
  library.impl("_causal_convolution", gril::causal_convolution_cpu);
  library.impl("_causal_convolution_gradients", gril::causal_convolution_gradients_cpu);
}

#include "gril/ops/causal_convolution/causal_convolution.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include <algorithm>
#include <numeric>

#include "gril/ops/causal_convolution/causal_convolution_arguments.h"
#include "gril/ops/shape_check.h"

namespace gril {
namespace {

constexpr const char* kOp = "causal_convolution";

/// F must lie between two streams.
bool starts_a_stream(at::IntArrayRef sizes, int64_t feature) {
  int64_t first = 0;
  for (const int64_t size : sizes) {
    if (first >= feature) break;
    first += size;
  }
  return first == feature;
}

}  // namespace

void check_causal_convolution(const CausalConvolutionArguments& arguments) {
  const auto& [stream, history, weights, bias, activation, sizes] = arguments;
  check_rank(kOp, "stream", stream, 3, "(B, T, P)");
  check_dtype(kOp, "stream", stream, {at::kFloat, at::kDouble});
  check_rank(kOp, "weights", weights, 2, "(w, F)");
  check_same_kind(kOp, "weights", weights, "stream", stream);
  TORCH_CHECK_VALUE(weights.size(0) >= 1, "[", kOp, "] weights must have a row for the current ",
                    "token; got ", shape_text(weights.sizes()), ".");
  TORCH_CHECK_VALUE(std::all_of(sizes.begin(), sizes.end(), [](int64_t size) { return size >= 0; }),
                    "[", kOp, "] sizes must be at least 0; got ", shape_text(sizes), ".");
  TORCH_CHECK_VALUE(std::accumulate(sizes.begin(), sizes.end(), int64_t{0}) == stream.size(2) &&
                        starts_a_stream(sizes, weights.size(1)),
                    "[", kOp, "] sizes must add up to the features of stream, ", stream.size(2),
                    ", and a first part of them to those of weights, ", weights.size(1), "; got ",
                    shape_text(sizes), ".");
  if (bias) {
    check_same_kind(kOp, "bias", *bias, "stream", stream);
    check_shape(kOp, "bias", *bias, {weights.size(1)}, "(F)");
  }
  if (history) {
    check_same_kind(kOp, "history", *history, "stream", stream);
    check_shape(kOp, "history", *history, {stream.size(0), weights.size(0) - 1, weights.size(1)},
                "(B, w-1, F)");
  }
}

void check_causal_convolution_gradients(at::TensorList gradients,
                                        const CausalConvolutionArguments& arguments) {
  check_causal_convolution(arguments);
  const auto& [stream, history, weights, bias, activation, sizes] = arguments;
  TORCH_CHECK_VALUE(gradients.size() == sizes.size(), "[", kOp, "] gradients must be ",
                    sizes.size(), ", one per stream; got ", gradients.size(), ".");
  for (size_t i = 0; i < sizes.size(); ++i) {
    check_same_kind(kOp, "gradient", gradients[i], "stream", stream);
    check_shape(kOp, "gradient", gradients[i], {stream.size(0), stream.size(1), sizes[i]},
                "(B, T, size)");
  }
}

std::vector<at::Tensor> causal_convolution_op(const at::Tensor& stream,
                                              const c10::optional<at::Tensor>& history,
                                              const at::Tensor& weights,
                                              const c10::optional<at::Tensor>& bias,
                                              int64_t activation, at::IntArrayRef sizes) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("gril::_causal_convolution", "")
                             .typed<decltype(causal_convolution_op)>();
  return op.call(stream, history, weights, bias, activation, sizes);
}

CausalConvolutionGradients causal_convolution_gradients(at::TensorList gradients,
                                                        const at::Tensor& stream,
                                                        const c10::optional<at::Tensor>& history,
                                                        const at::Tensor& weights,
                                                        const c10::optional<at::Tensor>& bias,
                                                        int64_t activation, at::IntArrayRef sizes) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("gril::_causal_convolution_gradients", "")
                             .typed<decltype(causal_convolution_gradients)>();
  return op.call(gradients, stream, history, weights, bias, activation, sizes);
}

std::vector<at::Tensor> causal_convolution(const at::Tensor& stream,
                                           const c10::optional<at::Tensor>& history,
                                           const CausalConvolution& convolution,
                                           at::IntArrayRef sizes) {
  return causal_convolution_op(stream, history, convolution.weights, convolution.bias,
                               static_cast<int64_t>(convolution.activation), sizes);
}

at::Tensor next_history(const at::Tensor& stream, const c10::optional<at::Tensor>& history,
                        int64_t window) {
  const int64_t length = stream.size(1);
  const int64_t kept = window - 1;
  if (length >= kept) return stream.narrow(1, length - kept, kept);
  const at::Tensor before =
      history ? *history : at::zeros({stream.size(0), kept, stream.size(2)}, stream.options());
  return at::cat({before.narrow(1, length, kept - length), stream}, 1);
}

}  // namespace gril

// The underscore says that these two serve layers; activation is a PointwiseActivation.
TORCH_LIBRARY_FRAGMENT(gril, library) {
  library.def(
      "_causal_convolution(Tensor stream, Tensor? history, Tensor weights, Tensor? bias, "
      "int activation, int[] sizes) -> Tensor[]");
  library.def(
      "_causal_convolution_gradients(Tensor[] gradients, Tensor stream, Tensor? history, "
      "Tensor weights, Tensor? bias, int activation, int[] sizes) "
      "-> (Tensor stream, Tensor history, Tensor weights, Tensor bias)");
}

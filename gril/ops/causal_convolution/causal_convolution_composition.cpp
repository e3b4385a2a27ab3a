#include "gril/ops/causal_convolution/causal_convolution_composition.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include "gril/ops/pointwise_activation_composition.h"
#include "gril/ops/shape_check.h"

namespace gril {
namespace {

/// Tokens (B, T, F) as libtorch's convolutions of F channels over pictures of one row want them.
at::Tensor as_picture(const at::Tensor& tokens) {
  return tokens.transpose(1, 2).unsqueeze(2).contiguous();
}

at::Tensor as_tokens(const at::Tensor& picture) { return picture.squeeze(2).transpose(1, 2); }

/// All tokens that the windows reach: history or zeros, then the stream.
at::Tensor reached_tokens(const CausalConvolutionArguments& arguments, const at::Tensor& stream) {
  const int64_t earlier = arguments.window() - 1;
  return as_picture(arguments.history ? at::cat({*arguments.history, stream}, 1)
                                      : at::constant_pad_nd(stream, {0, 0, earlier, 0}));
}

/// K, the oldest token first, one filter per feature.
at::Tensor filters(const at::Tensor& weights) {
  return weights.flip(0).t().unsqueeze(1).unsqueeze(1).contiguous();
}

/// Nothing to add up; libtorch flips no meta tensor.
bool without_numbers(const at::Tensor& stream) { return stream.numel() == 0 || stream.is_meta(); }

/// b + Σ_j K_j ⊙ u_{t-j} of the features that are convolved.
at::Tensor windowed_sum(const CausalConvolutionArguments& arguments, const at::Tensor& stream) {
  if (without_numbers(stream)) return at::empty_like(stream);
  return as_tokens(at::convolution(reached_tokens(arguments, stream), filters(arguments.weights),
                                   arguments.bias, {1, 1}, {0, 0}, {1, 1}, /*transposed=*/false,
                                   {0, 0}, /*groups=*/arguments.convolved()));
}

at::Tensor sum_over_tokens(const at::Tensor& tensor) { return tensor.sum(at::IntArrayRef{0, 1}); }

/// Gradients of stream, history and weights, given that of the windowed sum.
struct SumGradients {
  at::Tensor stream, history, weights;
};

SumGradients windowed_sum_gradients(const CausalConvolutionArguments& arguments,
                                    const at::Tensor& stream, const at::Tensor& gradient) {
  const int64_t earlier = arguments.window() - 1;
  if (without_numbers(stream)) {
    return {at::empty_like(stream),
            at::zeros({stream.size(0), earlier, stream.size(2)}, stream.options()),
            at::zeros_like(arguments.weights)};
  }
  const auto [of_reached, of_filters, unused] = at::convolution_backward(
      as_picture(gradient), reached_tokens(arguments, stream), filters(arguments.weights),
      c10::nullopt, {1, 1}, {0, 0}, {1, 1}, /*transposed=*/false, {0, 0},
      /*groups=*/arguments.convolved(), {true, true, false});
  const at::Tensor of_tokens = as_tokens(of_reached);
  return {of_tokens.narrow(1, earlier, stream.size(1)), of_tokens.narrow(1, 0, earlier),
          of_filters.flatten(1).t().flip(0)};
}

}  // namespace

std::vector<at::Tensor> causal_convolution_composition(const at::Tensor& stream,
                                                       const c10::optional<at::Tensor>& history,
                                                       const at::Tensor& weights,
                                                       const c10::optional<at::Tensor>& bias,
                                                       int64_t activation, at::IntArrayRef sizes) {
  const CausalConvolutionArguments arguments{
      stream, history, weights, bias, activation_of("causal_convolution", activation), sizes};
  check_causal_convolution(arguments);
  const int64_t convolved = arguments.convolved();
  const at::Tensor result =
      activated(arguments.activation, windowed_sum(arguments, stream.narrow(2, 0, convolved)));
  std::vector<at::Tensor> streams;
  int64_t first = 0;
  for (const int64_t size : sizes) {
    streams.push_back((first < convolved ? result : stream)
                          .narrow(2, first, size)
                          .clone(at::MemoryFormat::Contiguous));
    first += size;
  }
  return streams;
}

CausalConvolutionGradients causal_convolution_gradients_composed(
    at::TensorList gradients, const at::Tensor& stream, const c10::optional<at::Tensor>& history,
    const at::Tensor& weights, const c10::optional<at::Tensor>& bias, int64_t activation,
    at::IntArrayRef sizes) {
  const CausalConvolutionArguments arguments{
      stream, history, weights, bias, activation_of("causal_convolution", activation), sizes};
  check_causal_convolution_gradients(gradients, arguments);
  const int64_t convolved = arguments.convolved();
  const at::Tensor tokens = stream.narrow(2, 0, convolved);
  const at::Tensor whole = at::cat(gradients, 2);
  at::Tensor gradient = whole.narrow(2, 0, convolved);
  if (arguments.activation != PointwiseActivation::kNone) {
    gradient = gradient * activation_slope(arguments.activation, windowed_sum(arguments, tokens));
  }
  const SumGradients of_sum = windowed_sum_gradients(arguments, tokens, gradient);
  const at::Tensor passed = whole.narrow(2, convolved, stream.size(2) - convolved);
  return {at::cat({of_sum.stream, passed}, 2), of_sum.history, of_sum.weights,
          sum_over_tokens(gradient)};
}

}  // namespace gril

TORCH_LIBRARY_IMPL(gril, CompositeExplicitAutograd, library) {
  library.impl("_causal_convolution", gril::causal_convolution_composition);
  library.impl("_causal_convolution_gradients", gril::causal_convolution_gradients_composed);
}

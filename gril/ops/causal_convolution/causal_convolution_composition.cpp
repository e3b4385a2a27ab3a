#include "gril/ops/causal_convolution/causal_convolution_composition.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include <algorithm>

#include "gril/ops/pointwise_activation_composition.h"
#include "gril/ops/shape_check.h"

namespace gril {
namespace {

/// At offset j: which tokens of the result the stream and the history reach.
struct Reach {
  int64_t offset, length, window;

  int64_t by_stream() const { return std::max<int64_t>(length - offset, 0); }
  int64_t by_history() const { return std::min(offset, length); }
  int64_t first_of_history() const { return window - 1 - offset; }
};

/// b + Σ_j K_j ⊙ u_{t-j} of the features that are convolved.
at::Tensor windowed_sum(const CausalConvolutionArguments& arguments, const at::Tensor& stream) {
  const auto& weights = arguments.weights;
  at::Tensor result = stream * weights[0];
  for (int64_t j = 1; j < arguments.window(); ++j) {
    const Reach reach{j, stream.size(1), arguments.window()};
    if (reach.by_stream() > 0) {
      const at::Tensor tokens = stream.narrow(1, 0, reach.by_stream());
      result.narrow(1, j, reach.by_stream()).addcmul_(tokens, weights[j]);
    }
    if (arguments.history) {
      const at::Tensor tokens =
          arguments.history->narrow(1, reach.first_of_history(), reach.by_history());
      result.narrow(1, 0, reach.by_history()).addcmul_(tokens, weights[j]);
    }
  }
  return arguments.bias ? result + *arguments.bias : result;
}

at::Tensor sum_over_tokens(const at::Tensor& tensor) { return tensor.sum(at::IntArrayRef{0, 1}); }

/// Gradients of stream, history and weights, given that of the windowed sum.
struct SumGradients {
  at::Tensor stream, history, weights;
};

SumGradients windowed_sum_gradients(const CausalConvolutionArguments& arguments,
                                    const at::Tensor& stream, const at::Tensor& gradient) {
  const auto& weights = arguments.weights;
  const auto& history = arguments.history;
  const int64_t window = arguments.window();
  at::Tensor of_stream = gradient * weights[0];
  at::Tensor of_history = at::zeros({stream.size(0), window - 1, stream.size(2)}, stream.options());
  std::vector<at::Tensor> of_weights = {sum_over_tokens(gradient * stream)};
  for (int64_t j = 1; j < window; ++j) {
    const Reach reach{j, stream.size(1), window};
    at::Tensor of_row = at::zeros_like(of_weights.front());
    if (reach.by_stream() > 0) {
      const at::Tensor later = gradient.narrow(1, j, reach.by_stream());
      of_stream.narrow(1, 0, reach.by_stream()).addcmul_(later, weights[j]);
      of_row = sum_over_tokens(later * stream.narrow(1, 0, reach.by_stream()));
    }
    const int64_t first = reach.first_of_history();
    const at::Tensor early = gradient.narrow(1, 0, reach.by_history());
    of_history.narrow(1, first, reach.by_history()).addcmul_(early, weights[j]);
    if (history) {
      of_row = of_row + sum_over_tokens(early * history->narrow(1, first, reach.by_history()));
    }
    of_weights.push_back(of_row);
  }
  return {of_stream, of_history, at::stack(of_weights)};
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

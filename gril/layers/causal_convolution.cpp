#include "gril/layers/causal_convolution.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace gril {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;
using OptionalTensor = c10::optional<at::Tensor>;

/// At offset j: which tokens of the result the stream and the history reach.
struct Reach {
  int64_t offset, length, window;

  int64_t by_stream() const { return std::max<int64_t>(length - offset, 0); }
  int64_t by_history() const { return std::min(offset, length); }
  int64_t first_of_history() const { return window - 1 - offset; }
};

/// Σ over batch and time.
at::Tensor sum_of_products(const at::Tensor& a, const at::Tensor& b) {
  return (a * b).sum(at::IntArrayRef{0, 1});
}

/// One node, because autograd's own gradients of the w narrowed products would each fill a padded
/// tensor of the size of the stream.
class CausalConvolution : public torch::autograd::Function<CausalConvolution> {
 public:
  static Variable forward(AutogradContext* context, const Variable& stream, const Variable& weights,
                          const OptionalTensor& history) {
    const int64_t window = weights.size(0);
    at::Tensor result = stream * weights[0];
    for (int64_t j = 1; j < window; ++j) {
      const Reach reach{j, stream.size(1), window};
      if (reach.by_stream() > 0) {
        const at::Tensor tokens = stream.narrow(1, 0, reach.by_stream());
        result.narrow(1, j, reach.by_stream()).addcmul_(tokens, weights[j]);
      }
      if (history.has_value()) {
        const at::Tensor tokens = history->narrow(1, reach.first_of_history(), reach.by_history());
        result.narrow(1, 0, reach.by_history()).addcmul_(tokens, weights[j]);
      }
    }
    context->save_for_backward({stream, weights, history.value_or(at::Tensor())});
    return result;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& stream = saved[0];
    const at::Tensor& weights = saved[1];
    const at::Tensor& history = saved[2];
    const at::Tensor& gradient = gradients[0];
    const int64_t window = weights.size(0);
    at::Tensor of_stream = gradient * weights[0];
    at::Tensor of_history;
    if (history.defined()) of_history = at::zeros_like(history);
    std::vector<at::Tensor> of_weights = {sum_of_products(gradient, stream)};
    for (int64_t j = 1; j < window; ++j) {
      const Reach reach{j, stream.size(1), window};
      at::Tensor of_row = at::zeros_like(of_weights.front());
      if (reach.by_stream() > 0) {
        const at::Tensor later = gradient.narrow(1, j, reach.by_stream());
        of_stream.narrow(1, 0, reach.by_stream()).addcmul_(later, weights[j]);
        of_row = sum_of_products(later, stream.narrow(1, 0, reach.by_stream()));
      }
      if (history.defined()) {
        const int64_t first = reach.first_of_history();
        const at::Tensor early = gradient.narrow(1, 0, reach.by_history());
        of_history.narrow(1, first, reach.by_history()).addcmul_(early, weights[j]);
        of_row = of_row + sum_of_products(early, history.narrow(1, first, reach.by_history()));
      }
      of_weights.push_back(of_row);
    }
    return {of_stream, at::stack(of_weights), of_history};
  }
};

}  // namespace

torch::Tensor causal_convolution(const torch::Tensor& stream, const torch::Tensor& history,
                                 const torch::Tensor& weights) {
  return CausalConvolution::apply(stream, weights,
                                  history.defined() ? OptionalTensor(history) : c10::nullopt);
}

torch::Tensor next_history(const torch::Tensor& stream, const torch::Tensor& history,
                           int64_t window) {
  const int64_t length = stream.size(1);
  const int64_t kept = window - 1;
  if (length >= kept) return stream.narrow(1, length - kept, kept);
  const at::Tensor before =
      history.defined() ? history
                        : at::zeros({stream.size(0), kept, stream.size(2)}, stream.options());
  return at::cat({before.narrow(1, length, kept - length), stream}, 1);
}

}  // namespace gril

// mix_windows: one pass over the stream forward, one backward. Written out because as torch
// operations it takes copies of the windows and more calls than arithmetic.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

#include "gril/layers/token_window.h"
#include "gril/ops/cpu_parallel.h"

namespace gril {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

struct MixSizes {
  int64_t batch, length, features;  ///< of the padded stream
  int64_t ranks, window;            ///< of the weights
  int64_t first, stride, updates;   ///< of the schedule

  int64_t stream_size() const { return length * features; }
  int64_t mixed_size() const { return updates * ranks * features; }
  int64_t operations() const { return mixed_size() * window; }
  /// Where the token at this offset of update t begins in a stream.
  int64_t token(int64_t t, int64_t offset) const {
    return (first + t * stride + window - 1 - offset) * features;
  }
  /// Where the result of weights row i at update t begins.
  int64_t mix(int64_t t, int64_t i) const { return (t * ranks + ranks - 1 - i) * features; }
};

/// Features summed side by side: two vector registers of floats on every x86-64.
constexpr int64_t kBlock = 8;

/// Σ_j row[j] u_{t-j} for `Width` features from one on; `newest` is that feature of u_t.
template <int64_t Width, typename T>
void mix_features(const MixSizes& sizes, const T* row, const T* newest, T* result) {
  T sums[Width] = {};
  for (int64_t j = 0; j < sizes.window; ++j) {
    const T* token = newest - j * sizes.features;
    for (int64_t l = 0; l < Width; ++l) sums[l] += row[j] * token[l];
  }
  std::copy(sums, sums + Width, result);
}

/// One batch entry.
template <typename T>
void mix(const MixSizes& sizes, const T* weights, const T* stream, T* mixed) {
  for (int64_t t = 0; t < sizes.updates; ++t) {
    const T* newest = stream + sizes.token(t, 0);
    for (int64_t i = 0; i < sizes.ranks; ++i) {
      const T* row = weights + i * sizes.window;
      T* result = mixed + sizes.mix(t, i);
      int64_t f = 0;
      for (; f + kBlock <= sizes.features; f += kBlock) {
        mix_features<kBlock>(sizes, row, newest + f, result + f);
      }
      for (; f < sizes.features; ++f) mix_features<1>(sizes, row, newest + f, result + f);
    }
  }
}

/// to += factor * from, over one token.
template <typename T>
void add_scaled(T* __restrict to, T factor, const T* __restrict from, int64_t features) {
  for (int64_t f = 0; f < features; ++f) to[f] += factor * from[f];
}

/// The gradient of the stream of one batch entry, which starts as zeros.
template <typename T>
void stream_gradient(const MixSizes& sizes, const T* weights, const T* gradient, T* stream) {
  for (int64_t t = 0; t < sizes.updates; ++t) {
    for (int64_t i = 0; i < sizes.ranks; ++i) {
      for (int64_t j = 0; j < sizes.window; ++j) {
        add_scaled(stream + sizes.token(t, j), weights[i * sizes.window + j],
                   gradient + sizes.mix(t, i), sizes.features);
      }
    }
  }
}

/// Σ_t <gradient_t, token_t> over `Width` features; the pointers are those of the first update.
template <int64_t Width, typename T>
T dot_over_updates(const MixSizes& sizes, const T* gradient, const T* stream) {
  const int64_t gradient_step = sizes.ranks * sizes.features;
  const int64_t stream_step = sizes.stride * sizes.features;
  T sums[Width] = {};
  for (int64_t t = 0; t < sizes.updates; ++t) {
    for (int64_t l = 0; l < Width; ++l) {
      sums[l] += gradient[t * gradient_step + l] * stream[t * stream_step + l];
    }
  }
  T sum = 0;
  for (const T part : sums) sum += part;
  return sum;
}

/// The part of one batch entry in the gradient of the weights.
template <typename T>
void weights_gradient(const MixSizes& sizes, const T* gradient, const T* stream, T* weights) {
  for (int64_t i = 0; i < sizes.ranks; ++i) {
    for (int64_t j = 0; j < sizes.window; ++j) {
      const T* a = gradient + sizes.mix(0, i);
      const T* b = stream + sizes.token(0, j);
      T sum = 0;
      int64_t f = 0;
      for (; f + kBlock <= sizes.features; f += kBlock) {
        sum += dot_over_updates<kBlock>(sizes, a + f, b + f);
      }
      for (; f < sizes.features; ++f) sum += dot_over_updates<1>(sizes, a + f, b + f);
      weights[i * sizes.window + j] = sum;
    }
  }
}

class MixWindowsFunction : public torch::autograd::Function<MixWindowsFunction> {
 public:
  static Variable forward(AutogradContext* context, const Variable& weights, const Variable& padded,
                          const UpdateSchedule& schedule, int64_t copies) {
    const at::Tensor w = weights.contiguous();
    const at::Tensor x = padded.contiguous();
    context->save_for_backward({w, x});
    context->saved_data["schedule"] =
        std::vector<int64_t>{schedule.first, schedule.stride, schedule.count};
    const MixSizes sizes = sizes_of(context, w, x);
    at::Tensor mixed =
        at::empty({sizes.batch, sizes.updates, sizes.ranks, sizes.features}, x.options());
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "mix_windows", [&] {
      for_each_piece(sizes.batch, sizes.operations(), [&](int64_t begin, int64_t end) {
        for (int64_t b = begin; b < end; ++b) {
          mix(sizes, w.data_ptr<scalar_t>(), x.data_ptr<scalar_t>() + b * sizes.stream_size(),
              mixed.data_ptr<scalar_t>() + b * sizes.mixed_size());
        }
      });
    });
    return copies == 1 ? mixed : repeat(mixed, copies);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK_NOT_IMPLEMENTED(!c10::GradMode::is_enabled(),
                                "[mix_windows] gradients are of first order only; got a request "
                                "for the second.");
    const variable_list saved = context->get_saved_variables();
    const MixSizes sizes = sizes_of(context, saved[0], saved[1]);
    const at::Tensor gradient = sum_over_copies(sizes, gradients[0]).contiguous();
    at::Tensor weights;
    at::Tensor stream;
    AT_DISPATCH_FLOATING_TYPES(gradient.scalar_type(), "mix_windows_backward", [&] {
      if (context->needs_input_grad(0)) {
        weights = sum_over_batch<scalar_t>(sizes, gradient, saved[1]);
      }
      if (context->needs_input_grad(1)) stream = scatter<scalar_t>(sizes, saved[0], gradient);
    });
    return {weights, stream, Variable(), Variable()};
  }

 private:
  static MixSizes sizes_of(AutogradContext* context, const at::Tensor& weights,
                           const at::Tensor& padded) {
    const auto schedule = context->saved_data["schedule"].toIntVector();
    return {padded.size(0),  padded.size(1), padded.size(2), weights.size(0),
            weights.size(1), schedule[0],    schedule[1],    schedule[2]};
  }

  static at::Tensor repeat(const at::Tensor& mixed, int64_t copies) {
    const auto sizes = mixed.sizes();
    return mixed.unsqueeze(2)
        .expand({sizes[0], sizes[1], copies, sizes[2], sizes[3]})
        .reshape({sizes[0], sizes[1], copies * sizes[2], sizes[3]});
  }

  static at::Tensor sum_over_copies(const MixSizes& sizes, const at::Tensor& gradient) {
    const int64_t copies = gradient.size(2) / sizes.ranks;
    if (copies == 1) return gradient;
    return gradient.reshape({sizes.batch, sizes.updates, copies, sizes.ranks, sizes.features})
        .sum(2);
  }

  template <typename T>
  static at::Tensor sum_over_batch(const MixSizes& sizes, const at::Tensor& gradient,
                                   const at::Tensor& stream) {
    const int64_t size = sizes.ranks * sizes.window;
    at::Tensor parts = at::empty({sizes.batch, sizes.ranks, sizes.window}, stream.options());
    for_each_piece(sizes.batch, sizes.operations(), [&](int64_t begin, int64_t end) {
      for (int64_t b = begin; b < end; ++b) {
        weights_gradient(sizes, gradient.data_ptr<T>() + b * sizes.mixed_size(),
                         stream.data_ptr<T>() + b * sizes.stream_size(),
                         parts.data_ptr<T>() + b * size);
      }
    });
    return parts.sum(0);
  }

  template <typename T>
  static at::Tensor scatter(const MixSizes& sizes, const at::Tensor& weights,
                            const at::Tensor& gradient) {
    at::Tensor stream = at::zeros({sizes.batch, sizes.length, sizes.features}, weights.options());
    for_each_piece(sizes.batch, sizes.operations(), [&](int64_t begin, int64_t end) {
      for (int64_t b = begin; b < end; ++b) {
        stream_gradient(sizes, weights.data_ptr<T>(),
                        gradient.data_ptr<T>() + b * sizes.mixed_size(),
                        stream.data_ptr<T>() + b * sizes.stream_size());
      }
    });
    return stream;
  }
};

/// The definition, for what the loops above are not made for.
at::Tensor mix_by_definition(const at::Tensor& weights, const at::Tensor& padded,
                             const UpdateSchedule& schedule, int64_t copies) {
  return at::matmul(weights.flip({0, 1}), windows_at_updates(padded, weights.size(1), schedule))
      .repeat({1, 1, copies, 1});
}

}  // namespace

torch::Tensor mix_windows(const torch::Tensor& weights, const torch::Tensor& padded,
                          const UpdateSchedule& schedule, int64_t copies) {
  const bool has_loops = padded.is_cpu() && (padded.scalar_type() == at::kFloat ||
                                             padded.scalar_type() == at::kDouble);
  return has_loops ? MixWindowsFunction::apply(weights, padded, schedule, copies)
                   : mix_by_definition(weights, padded, schedule, copies);
}

}  // namespace gril

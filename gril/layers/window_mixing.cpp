// mix_windows and its gradient: on the CPU one pass over the stream each. Written out because as
// torch operations, which other devices run, they take copies of the windows and more calls than
// arithmetic.
#include <ATen/ATen.h>

#include <algorithm>

#include "gril/layers/token_window.h"
#include "gril/ops/cpu_parallel.h"

namespace gril {
namespace {

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
      for (; f + 2 <= sizes.features; f += 2) {
        mix_features<2>(sizes, row, newest + f, result + f);
      }
      if (f < sizes.features) mix_features<1>(sizes, row, newest + f, result + f);
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
      for (; f + 2 <= sizes.features; f += 2) sum += dot_over_updates<2>(sizes, a + f, b + f);
      if (f < sizes.features) sum += dot_over_updates<1>(sizes, a + f, b + f);
      weights[i * sizes.window + j] = sum;
    }
  }
}

MixSizes sizes_of(const at::Tensor& weights, const at::Tensor& padded,
                  const UpdateSchedule& schedule) {
  return {padded.size(0),  padded.size(1), padded.size(2),  weights.size(0),
          weights.size(1), schedule.first, schedule.stride, schedule.count};
}

/// Calls work(b) for every batch entry, on torch's threads.
template <class Work>
void for_each_entry(const MixSizes& sizes, const Work& work) {
  for_each_piece(sizes.batch, sizes.operations(), [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) work(b);
  });
}

template <typename T>
at::Tensor weights_gradient(const MixSizes& sizes, const at::Tensor& gradient,
                            const at::Tensor& padded) {
  const int64_t size = sizes.ranks * sizes.window;
  at::Tensor parts = at::empty({sizes.batch, sizes.ranks, sizes.window}, padded.options());
  for_each_entry(sizes, [&](int64_t b) {
    weights_gradient(sizes, gradient.data_ptr<T>() + b * sizes.mixed_size(),
                     padded.data_ptr<T>() + b * sizes.stream_size(),
                     parts.data_ptr<T>() + b * size);
  });
  at::Tensor weights = at::zeros({sizes.ranks, sizes.window}, padded.options());
  const T* part = parts.data_ptr<T>();
  T* sums = weights.data_ptr<T>();
  for (int64_t b = 0; b < sizes.batch; ++b) {
    for (int64_t i = 0; i < size; ++i) sums[i] += *part++;
  }
  return weights;
}

template <typename T>
at::Tensor padded_gradient(const MixSizes& sizes, const at::Tensor& weights,
                           const at::Tensor& gradient) {
  at::Tensor padded = at::zeros({sizes.batch, sizes.length, sizes.features}, weights.options());
  for_each_entry(sizes, [&](int64_t b) {
    stream_gradient(sizes, weights.data_ptr<T>(), gradient.data_ptr<T>() + b * sizes.mixed_size(),
                    padded.data_ptr<T>() + b * sizes.stream_size());
  });
  return padded;
}

/// Weights in the order of windows_at_updates, the oldest token first, and of the results.
at::Tensor oldest_first(const at::Tensor& weights) { return weights.flip({0, 1}); }

/// The gradients in torch operations, for any device.
MixGradients gradients_by_products(const at::Tensor& weights, const at::Tensor& padded,
                                   const UpdateSchedule& schedule, const at::Tensor& mixed,
                                   bool padded_wanted) {
  MixGradients gradients;
  const at::Tensor windows = windows_at_updates(padded, weights.size(1), schedule);
  gradients.weights = oldest_first(mixed.matmul(windows.mT()).sum(at::IntArrayRef{0, 1}));
  if (padded_wanted) {
    gradients.padded = copy_windows_backward(oldest_first(weights).t().matmul(mixed), schedule);
  }
  return gradients;
}

}  // namespace

torch::Tensor mix_windows(const torch::Tensor& weights, const torch::Tensor& padded,
                          const UpdateSchedule& schedule) {
  if (!padded.is_cpu()) {
    return oldest_first(weights).matmul(windows_at_updates(padded, weights.size(1), schedule));
  }
  const at::Tensor w = weights.contiguous();
  const at::Tensor x = padded.contiguous();
  const MixSizes sizes = sizes_of(w, x, schedule);
  at::Tensor mixed =
      at::empty({sizes.batch, sizes.updates, sizes.ranks, sizes.features}, x.options());
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "mix_windows", [&] {
    for_each_entry(sizes, [&](int64_t b) {
      mix(sizes, w.data_ptr<scalar_t>(), x.data_ptr<scalar_t>() + b * sizes.stream_size(),
          mixed.data_ptr<scalar_t>() + b * sizes.mixed_size());
    });
  });
  return mixed;
}

MixGradients mix_windows_backward(const torch::Tensor& weights, const torch::Tensor& padded,
                                  const UpdateSchedule& schedule, const torch::Tensor& mixed,
                                  bool padded_wanted) {
  if (!padded.is_cpu()) {
    return gradients_by_products(weights, padded, schedule, mixed, padded_wanted);
  }
  const at::Tensor w = weights.contiguous();
  const at::Tensor x = padded.contiguous();
  const at::Tensor gradient = mixed.contiguous();
  const MixSizes sizes = sizes_of(w, x, schedule);
  MixGradients gradients;
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "mix_windows_backward", [&] {
    gradients.weights = weights_gradient<scalar_t>(sizes, gradient, x);
    if (padded_wanted) gradients.padded = padded_gradient<scalar_t>(sizes, w, gradient);
  });
  return gradients;
}

}  // namespace gril

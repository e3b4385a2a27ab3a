// The streams of a GrilLayer: windows of tokens become values, keys and queries.
#include <ATen/ATen.h>

#include "gril/layers/gril_layer.h"
#include "gril/layers/token_window.h"

namespace gril {
namespace {

at::Tensor project(const at::Tensor& tokens, const at::Tensor& map) {
  return map.defined() ? at::matmul(tokens, map.t()) : tokens;
}

/// (B, n, R, H·size) → (B, n, R·H, size).
at::Tensor split_heads(const at::Tensor& stream, int64_t heads) {
  const int64_t size = stream.size(3) / heads;
  return stream.reshape({stream.size(0), stream.size(1), stream.size(2) * heads, size});
}

/// Σ_j map_j u_{t-j} for windows (B, n, w, D) and a map per offset (w, rows, D): (B, n, 1, rows).
at::Tensor project_windows(const at::Tensor& windows, const at::Tensor& maps) {
  const int64_t window = maps.size(0);
  const int64_t rows = maps.size(1);
  const int64_t width = window * maps.size(2);
  const at::Tensor in_time_order = window == 1 ? maps : maps.flip(0);
  const at::Tensor map = in_time_order.permute({0, 2, 1}).reshape({width, rows});
  return at::matmul(windows.reshape({windows.size(0), windows.size(1), 1, width}), map);
}

}  // namespace

GrilLayer::Streams GrilLayer::streams(const torch::Tensor& padded,
                                      const UpdateSchedule& schedule) const {
  Streams result =
      options_.tied ? tied_streams(padded, schedule) : untied_streams(padded, schedule);
  if (!options_.cross_product) {
    result.values =
        at::ones({padded.size(0), schedule.count, options_.heads, 1}, result.keys.options());
  }
  return result;
}

GrilLayer::Streams GrilLayer::tied_streams(const torch::Tensor& padded,
                                           const UpdateSchedule& schedule) const {
  // Windows that do not overlap hold each token once at most: projecting them is less work.
  const bool overlap = options_.window > options_.stride;
  const auto windows = [&](const at::Tensor& map) {
    return overlap ? windows_at_updates(project(padded, map), options_.window, schedule)
                   : project(windows_at_updates(padded, options_.window, schedule), map);
  };
  // Offsets count back from the newest token, window rows run in the order of time.
  const auto mixed = [&](const at::Tensor& stream, const at::Tensor& offsets) {
    return split_heads(mix_windows(options_.window == 1 ? offsets : offsets.flip({0, 1}), stream),
                       options_.heads);
  };
  Streams result;
  const at::Tensor key_windows = windows(key_map_);
  const at::Tensor query_windows = query_map_.defined() ? windows(query_map_) : key_windows;
  result.queries = mixed(query_windows, query_offsets_.unsqueeze(0));
  if (options_.cross_product) {
    const at::Tensor value_windows = value_map_.defined() ? windows(value_map_) : key_windows;
    result.values = split_heads(value_windows, options_.heads);
    result.keys = mixed(key_windows, offset_weights_);
  } else {
    result.keys = mixed(key_windows, key_offsets_.unsqueeze(0));
  }
  return result;
}

GrilLayer::Streams GrilLayer::untied_streams(const torch::Tensor& padded,
                                             const UpdateSchedule& schedule) const {
  const at::Tensor windows = windows_at_updates(padded, options_.window, schedule);
  const auto projected = [&](const at::Tensor& maps) {
    return split_heads(project_windows(windows, maps), options_.heads);
  };
  Streams result{{}, projected(key_map_), projected(query_map_)};
  if (options_.cross_product) result.values = projected(value_map_);
  return result;
}

}  // namespace gril

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
  const auto mixed = [&](const at::Tensor& offsets, const at::Tensor& stream, int64_t copies) {
    return split_heads(mix_windows(offsets, stream, schedule, copies), options_.heads);
  };
  const at::Tensor keys = project(padded, key_map_);
  Streams result;
  // Every rank reads with the same query.
  result.queries = mixed(query_offsets_.unsqueeze(0), project(padded, query_map_),
                         options_.cross_product ? options_.window : 1);
  if (options_.cross_product) {
    result.values = split_heads(
        windows_at_updates(project(padded, value_map_), options_.window, schedule), options_.heads);
    result.keys = mixed(offset_weights_, keys, 1);
  } else {
    result.keys = mixed(key_offsets_.unsqueeze(0), keys, 1);
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

// The scan of a GrilLayer: windows of tokens become values, keys and queries, and those readings.
#include <ATen/ATen.h>

#include "gril/layers/gril_layer.h"
#include "gril/layers/token_window.h"
#include "gril/ops/outer_product_scan/outer_product_scan.h"

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

torch::Tensor GrilLayer::written(const torch::Tensor& tokens) const {
  return tokens.narrow(-1, 0, options_.written_features);
}

WindowedScan GrilLayer::scan_tied(const torch::Tensor& padded, const UpdateSchedule& schedule,
                                  const torch::Tensor& state) const {
  const auto& o = options_;
  TiedScanArguments arguments;
  arguments.keys = project(written(padded), key_map_);
  arguments.queries = project(padded, query_map_);
  if (o.cross_product) arguments.values = project(written(padded), value_map_);
  arguments.offset_weights = o.cross_product ? offset_weights_ : key_offsets_.unsqueeze(0);
  arguments.query_offsets = query_offsets_;
  arguments.decay = decay_.value();
  if (o.cross_product && o.window > 1 && arguments.decay.dim() == 1) {
    arguments.decay =
        arguments.decay.view({o.heads, 1, 1}).expand({o.heads, o.value_size, o.key_size});
  }
  arguments.state = state;
  arguments.heads = o.heads;
  arguments.strict = o.strict;
  return tied_scan(arguments, schedule);
}

WindowedScan GrilLayer::scan_untied(const torch::Tensor& padded, const UpdateSchedule& schedule,
                                    const torch::Tensor& state) const {
  const at::Tensor windows = windows_at_updates(padded, options_.window, schedule);
  const auto projected = [&](const at::Tensor& tokens, const at::Tensor& maps) {
    return split_heads(project_windows(tokens, maps), options_.heads);
  };
  const at::Tensor keys = projected(written(windows), key_map_);
  const at::Tensor values =
      options_.cross_product
          ? projected(written(windows), value_map_)
          : at::ones({padded.size(0), schedule.count, options_.heads, 1}, keys.options());
  const at::Tensor queries = projected(windows, query_map_);
  auto [readings, last] = outer_product_scan(
      values, keys, queries, decay_.value(),
      state.defined() ? c10::optional<at::Tensor>(state) : c10::nullopt, options_.strict);
  return {readings, last, queries, keys};
}

}  // namespace gril

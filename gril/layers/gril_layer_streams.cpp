// The scan of a GrilLayer: windows of tokens become values, keys and queries, and those readings.
#include <ATen/ATen.h>

#include "gril/layers/gril_layer.h"
#include "gril/layers/token_window.h"
#include "gril/ops/linear_scan/linear_scan.h"
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

WindowedScan GrilLayer::scanned(const torch::Tensor& padded, const UpdateSchedule& schedule,
                                const torch::Tensor& state) const {
  if (!options_.multiplicative_readout) return scan_states(padded, schedule, state);
  return options_.tied ? scan_tied(padded, schedule, state) : scan_untied(padded, schedule, state);
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

WindowedScan GrilLayer::scan_states(const torch::Tensor& padded, const UpdateSchedule& schedule,
                                    const torch::Tensor& state) const {
  const auto& o = options_;
  const int64_t batch = padded.size(0);
  const int64_t size = o.heads * o.value_size * o.key_size;
  // Newest token first, as offsets count.
  const at::Tensor windows = windows_at_updates(padded, o.window, schedule).flip(2);
  const auto projected = [&](const at::Tensor& map, int64_t features) {
    const at::Tensor stream = map.defined() && map.dim() == 3
                                  ? at::einsum("bnwd,wrd->bnwr", {written(windows), map})
                                  : project(written(windows), map);
    return stream.reshape({batch, schedule.count, o.window, o.heads, features});
  };
  const at::Tensor keys = projected(key_map_, o.key_size);
  const at::Tensor values = o.cross_product
                                ? projected(value_map_, o.value_size)
                                : at::ones({batch, schedule.count, 1, o.heads, 1}, keys.options());
  at::Tensor pairing = at::ones({values.size(2), o.window}, keys.options());
  if (offset_weights_.defined()) pairing = offset_weights_;
  if (key_offsets_.defined()) pairing = key_offsets_.unsqueeze(0);
  const at::Tensor paired = at::einsum("ij,bnjhk->bnihk", {pairing, keys});
  const at::Tensor updates = at::einsum("bnihv,bnihk->bnhvk", {values, paired}).flatten(2);
  at::Tensor decay = decay_.value();
  if (decay.dim() == 1) decay = decay.view({o.heads, 1, 1});
  decay = decay.expand({o.heads, o.value_size, o.key_size}).reshape({size});
  const at::Tensor before =
      state.defined() ? state.reshape({batch, size}) : at::zeros({batch, size}, keys.options());
  const at::Tensor states = linear_scan(decay, updates, before);
  const at::Tensor last = states.select(1, schedule.count - 1).clone();
  const at::Tensor read =
      o.strict ? at::cat({before.unsqueeze(1), states.narrow(1, 0, schedule.count - 1)}, 1)
               : states;
  return {read.view({batch, schedule.count, o.heads, o.value_size * o.key_size}),
          last.view({batch, o.heads, o.value_size, o.key_size}), at::Tensor()};
}

}  // namespace gril

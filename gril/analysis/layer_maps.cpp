#include "gril/analysis/layer_maps.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"

namespace gril {
namespace {

/// A parameter or buffer of the layer in float64, detached.
torch::Tensor weight(const GrilLayer& layer, const std::string& name) {
  const auto parameters = layer.named_parameters();
  const torch::Tensor* found = parameters.find(name);
  const auto buffers = layer.named_buffers();
  if (found == nullptr) found = buffers.find(name);
  require(found != nullptr, "layer_maps", "a GrilLayer with these options must have \"", name,
          "\"; got none.");
  return found->detach().to(torch::kFloat64);
}

struct StateSize {
  int64_t heads;
  int64_t values;
  int64_t keys;
};

StateSize state_size(const GrilLayerOptions& options) {
  return {options.heads, options.value_size, options.key_size};
}

/// (w, H, size, D) out of a map that is absent, shared by all offsets, or one per offset.
torch::Tensor per_offset(const GrilLayer& layer, const std::string& name, int64_t size) {
  const GrilLayerOptions& options = layer.options();
  const int64_t width = options.input_size;
  torch::Tensor map;
  if (options.projections == "identity") {
    map = at::eye(width, at::kDouble).unsqueeze(0);
  } else {
    map = weight(layer, name);
    if (options.tied) map = map.unsqueeze(0);
    map = at::constant_pad_nd(map, {0, width - map.size(2)});
  }
  return map.reshape({map.size(0), options.heads, size, width})
      .expand({options.window, options.heads, size, width});
}

}  // namespace

torch::Tensor layer_decay(const GrilLayer& layer) {
  const StateSize size = state_size(layer.options());
  const std::vector<int64_t> shape{size.heads, size.values, size.keys};
  switch (layer.options().decay) {
    case DecayKind::kFixed:
      return weight(layer, "decay").reshape({-1, 1, 1}).expand(shape);
    case DecayKind::kPerHead:
      return weight(layer, "log_decay_rate").exp().neg().exp().reshape({-1, 1, 1}).expand(shape);
    case DecayKind::kElementwise:
      break;
  }
  return weight(layer, "log_decay_rate").exp().neg().exp().reshape(shape);
}

LayerMaps layer_maps(const GrilLayer& layer) {
  const GrilLayerOptions& options = layer.options();
  require(options.cross_product, "layer_maps",
          "the layer must have a cross product of values and keys; got one without.");
  require(options.multiplicative_readout, "layer_maps",
          "the layer must have a multiplicative readout; got one without.");
  require(options.normalisation == "none", "layer_maps",
          "the layer must read its state undivided; got normalisation ", options.normalisation,
          ".");
  const StateSize size = state_size(options);
  LayerMaps maps;
  maps.values = per_offset(layer, "value_map", size.values);
  maps.keys = per_offset(layer, "key_map", size.keys);
  const int64_t window = options.window;
  maps.offset_weights =
      options.tied ? weight(layer, "offset_weights") : at::ones({window, window}, at::kDouble);
  maps.query_offsets =
      options.tied ? weight(layer, "query_offsets") : at::ones({window}, at::kDouble);
  maps.queries =
      per_offset(layer, "query_map", size.keys) * maps.query_offsets.reshape({window, 1, 1, 1});
  maps.readout = weight(layer, "readout").reshape({options.output_size, size.heads, size.values});
  maps.decay = layer_decay(layer);
  return maps;
}

}  // namespace gril

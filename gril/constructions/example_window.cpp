#include "gril/constructions/example_window.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/constructions/selector.h"
#include "gril/layers/gril_layer.h"

namespace gril {
namespace {

ExampleWindow interleaved(int64_t inputs, int64_t outputs, double decay) {
  const at::Tensor all = at::eye(inputs, at::kDouble);
  const at::Tensor no_input = at::zeros_like(all);
  const at::Tensor target = selector(outputs, inputs, inputs - outputs);
  const at::Tensor no_target = at::zeros_like(target);
  return {.inputs = {no_input, no_input, all},
          .targets = {no_target, target, no_target},
          .query = all,
          .stride = 2,
          .decay = decay};
}

ExampleWindow blocks(int64_t inputs, int64_t outputs, double decay) {
  const at::Tensor input = selector(inputs, inputs + outputs, 0);
  const at::Tensor target = selector(outputs, inputs + outputs, inputs);
  return {.inputs = {at::zeros_like(input), input},
          .targets = {target, at::zeros_like(target)},
          .query = input,
          .decay = std::sqrt(decay),
          .read_decay = std::sqrt(decay)};
}

}  // namespace

ExampleWindow example_window(TokenLayout layout, int64_t inputs, int64_t outputs, double decay) {
  const TokenShape shape = token_shape(layout, inputs, outputs);
  require(layout != TokenLayout::kConstructed, "example_window",
          "constructed tokens show no example, only products x*y.");
  if (layout == TokenLayout::kInterleaved) return interleaved(inputs, outputs, decay);
  if (layout == TokenLayout::kBlocks) return blocks(inputs, outputs, decay);
  return {.inputs = {selector(inputs, shape.width, 0)},
          .targets = {selector(outputs, shape.width, inputs)},
          .query = selector(inputs, shape.width, shape.query_offset),
          .strict = layout == TokenLayout::kPairs,
          .decay = decay};
}

ExampleWindow widened(ExampleWindow window, int64_t width) {
  const auto widen = [width](at::Tensor& map) {
    map = at::constant_pad_nd(map, {0, width - map.size(1)});
  };
  for (at::Tensor& map : window.inputs) widen(map);
  for (at::Tensor& map : window.targets) widen(map);
  widen(window.query);
  return window;
}

ExactLayer windowed_layer(const ExampleWindow& window, const WindowMaps& maps) {
  std::vector<at::Tensor> queries(maps.keys.size(), at::zeros_like(maps.query));
  queries.front() = maps.query;
  std::vector<std::pair<std::string, at::Tensor>> parameters = {
      {"value_map", at::stack(maps.values)},
      {"key_map", at::stack(maps.keys)},
      {"query_map", at::stack(queries)},
      {"readout", maps.readout}};
  if (maps.query_readout.defined()) {
    parameters.emplace_back("initial_weights", maps.query_readout);
  }
  const GrilLayerOptions options{.input_size = maps.query.size(1),
                                 .output_size = maps.readout.size(0),
                                 .window = static_cast<int64_t>(maps.keys.size()),
                                 .stride = window.stride,
                                 .heads = maps.heads,
                                 .value_size = maps.readout.size(1) / maps.heads,
                                 .key_size = maps.query.size(0) / maps.heads,
                                 .tied = false,
                                 .strict = window.strict,
                                 .decay = DecayKind::kFixed,
                                 .fixed_decay = window.decay,
                                 .initial_weights = maps.query_readout.defined(),
                                 .normalisation = window.normalisation};
  return {layer_json("gril", to_json(resolve(options))), std::move(parameters)};
}

}  // namespace gril

#include "gril/models/layer_registry.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "gril/layers/gated_linear_rnn.h"
#include "gril/layers/gril_layer.h"
#include "gril/layers/linear_attention.h"

namespace gril {
namespace {

template <typename Layer, typename Options>
ConfiguredLayer build(const Options& options) {
  return {std::make_shared<Layer>(options), to_json(options)};
}

using Factory = std::function<ConfiguredLayer(ConfigSection&)>;

/// One line per layer.
const std::vector<std::pair<std::string, Factory>>& registry() {
  static const std::vector<std::pair<std::string, Factory>> table = {
      {"gated_linear_rnn",
       [](ConfigSection& s) { return build<GatedLinearRnn>(read_gated_linear_rnn_options(s)); }},
      {"gril", [](ConfigSection& s) { return build<GrilLayer>(read_gril_layer_options(s)); }},
      {"linear_attention",
       [](ConfigSection& s) { return build<LinearAttention>(read_linear_attention_options(s)); }},
  };
  return table;
}

std::vector<std::string> registered_names() {
  std::vector<std::string> names;
  for (const auto& [name, factory] : registry()) names.push_back(name);
  return names;
}

}  // namespace

const std::vector<std::string>& layer_kinds() {
  static const std::vector<std::string> names = registered_names();
  return names;
}

ConfiguredLayer make_layer(ConfigSection& section) {
  section.need("kind");
  const std::string kind = section.choice("kind", "", layer_kinds());
  const auto entry = std::find_if(registry().begin(), registry().end(),
                                  [&](const auto& line) { return line.first == kind; });
  ConfiguredLayer result = entry->second(section);
  Json options = {{"kind", kind}};
  options.update(result.options);
  result.options = std::move(options);
  return result;
}

}  // namespace gril

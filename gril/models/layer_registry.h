#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// A layer and its resolved options, "kind" first.
struct ConfiguredLayer {
  std::shared_ptr<SequenceLayer> layer;
  Json options;
};

/// The kinds a configuration may name.
const std::vector<std::string>& layer_kinds();

/// The layer that `section` describes: its "kind" and the options of that kind.
/// Errors: InvalidArgument for an unknown kind or option (naming the nearest) or a bad value.
ConfiguredLayer make_layer(ConfigSection& section);

}  // namespace gril

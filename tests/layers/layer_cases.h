#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gril/layers/sequence_layer.h"

namespace gril {

/// A layer in one of the forms it can take.
struct LayerCase {
  std::string name;
  std::function<std::shared_ptr<SequenceLayer>()> make;
  bool starts_at_constants = false;  ///< initialize draws nothing
};

/// Every layer in every form it can take.
std::vector<LayerCase> all_layer_cases();

}  // namespace gril

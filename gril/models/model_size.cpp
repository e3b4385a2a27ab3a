#include "gril/models/model_size.h"

#include <ATen/ATen.h>

namespace gril {

ModelSize model_size(const SequenceLayer& model) {
  ModelSize size;
  for (const auto& parameter : model.parameters()) size.parameters += parameter.numel();
  for (const auto& tensor : model.initial_state(1)) size.state_elements += tensor.numel();
  size.operations_per_token = model.operations_per_token();
  return size;
}

}  // namespace gril

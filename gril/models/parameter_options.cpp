#include "gril/models/parameter_options.h"

namespace gril {

torch::TensorOptions parameter_options(const SequenceLayer& model) {
  const auto parameters = model.parameters();
  if (parameters.empty()) return torch::TensorOptions(at::kCPU).dtype(at::kFloat);
  return parameters.front().options().requires_grad(false);
}

torch::Dtype parameter_dtype(const SequenceLayer& model) {
  return c10::typeMetaToScalarType(parameter_options(model).dtype());
}

}  // namespace gril

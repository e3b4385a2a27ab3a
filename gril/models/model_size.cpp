#include "gril/models/model_size.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "gril/models/parameter_options.h"

namespace gril {
namespace {

int64_t elements(const LayerState& state) {
  int64_t count = 0;
  for (const auto& tensor : state) count += tensor.numel();
  return count;
}

}  // namespace

ModelSize model_size(const SequenceLayer& model) {
  ModelSize size;
  for (const auto& parameter : model.parameters()) size.parameters += parameter.numel();
  const LayerState start = model.initial_state(1);
  size.state_elements = elements(start);
  const c10::AutoGradMode no_grad(false);
  // A sequence of one token: not every layer can step.
  const at::TensorOptions numbers = parameter_options(model);
  const at::Tensor token = at::zeros(
      {1, 1, model.input_size()}, model.input_symbols() > 0 ? numbers.dtype(at::kLong) : numbers);
  size.state_growth = elements(model.forward(token, start).state) - size.state_elements;
  size.operations_per_token = model.operations_per_token();
  return size;
}

}  // namespace gril

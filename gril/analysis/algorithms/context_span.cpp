#include "gril/analysis/algorithms/context_span.h"

#include <ATen/ATen.h>

namespace gril {

Prompts in_context_span(const Prompts& prompts) {
  const torch::Tensor& inputs = prompts.context_inputs;
  if (inputs.size(2) <= inputs.size(1)) return prompts;
  const auto [basis, coordinates] = at::linalg_qr(inputs.transpose(1, 2));
  Prompts result = prompts;
  result.context_inputs = coordinates.transpose(1, 2).contiguous();
  result.query_inputs = at::bmm(prompts.query_inputs.unsqueeze(1), basis).squeeze(1);
  return result;
}

}  // namespace gril

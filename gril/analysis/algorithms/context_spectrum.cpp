#include "gril/analysis/algorithms/context_spectrum.h"

#include <ATen/ATen.h>

#include "gril/analysis/gradient_descent_baseline.h"

namespace gril {

ContextSpectrum context_spectrum(const Prompts& prompts) {
  const torch::Tensor& inputs = prompts.context_inputs;
  const torch::Tensor hessian =
      at::bmm(inputs.transpose(1, 2), inputs) / static_cast<double>(inputs.size(1));
  auto [eigenvalues, axes] = at::linalg_eigh(hessian);
  return {eigenvalues.clamp_min(0.0), axes, at::bmm(unit_step_weights(prompts), axes),
          at::bmm(prompts.query_inputs.unsqueeze(1), axes).squeeze(1)};
}

torch::Tensor filtered_weights(const ContextSpectrum& spectrum, const torch::Tensor& filter) {
  return at::bmm(spectrum.gradients * filter.unsqueeze(1), spectrum.axes.transpose(1, 2));
}

torch::Tensor filtered_predictions(const ContextSpectrum& spectrum, const torch::Tensor& filter) {
  return (spectrum.gradients * (filter * spectrum.queries).unsqueeze(1)).sum(2);
}

}  // namespace gril

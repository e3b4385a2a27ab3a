#include "gril/ops/gated_head_norm/gated_head_norm_composition.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include "gril/ops/pointwise_activation_composition.h"
#include "gril/ops/shape_check.h"

namespace gril {
namespace {

/// r = 1 / √(mean(o²) + ε), (B, T, H, 1).
at::Tensor inverse_size(const at::Tensor& readings, double epsilon) {
  return (readings.square().mean({-1}, /*keepdim=*/true) + epsilon).rsqrt();
}

}  // namespace

at::Tensor gated_head_norm_composition(const at::Tensor& readings,
                                       const c10::optional<at::Tensor>& gate,
                                       c10::optional<double> epsilon, int64_t activation) {
  check_gated_head_norm(readings, gate, epsilon);
  const at::Tensor normal = epsilon ? readings * inverse_size(readings, *epsilon) : readings;
  const at::Tensor flat = normal.flatten(2);
  if (!gate) return flat.clone(at::MemoryFormat::Contiguous);
  return flat.mul(activated(activation_of("gated_head_norm", activation), *gate)).contiguous();
}

GatedHeadNormGradients gated_head_norm_gradients_composed(const at::Tensor& gradient,
                                                          const at::Tensor& readings,
                                                          const c10::optional<at::Tensor>& gate,
                                                          c10::optional<double> epsilon,
                                                          int64_t activation) {
  check_gated_head_norm_gradients(gradient, readings, gate, epsilon);
  const auto function = activation_of("gated_head_norm", activation);
  const at::Tensor inverse =
      epsilon ? inverse_size(readings, *epsilon) : at::ones({1}, readings.options());
  const at::Tensor of_normal =
      (gate ? gradient * activated(function, *gate) : gradient).reshape(readings.sizes());
  at::Tensor of_readings = inverse * of_normal;
  if (epsilon) {
    const at::Tensor mean = (readings * of_normal).mean({-1}, /*keepdim=*/true);
    of_readings = of_readings - readings * inverse.pow(3) * mean;
  }
  if (!gate) return {of_readings, at::empty({0}, readings.options())};
  return {of_readings,
          gradient * (readings * inverse).flatten(2) * activation_slope(function, *gate)};
}

}  // namespace gril

TORCH_LIBRARY_IMPL(gril, CompositeExplicitAutograd, library) {
  library.impl("_gated_head_norm", gril::gated_head_norm_composition);
  library.impl("_gated_head_norm_gradients", gril::gated_head_norm_gradients_composed);
}

#include "gril/layers/parameter_initialization.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "gril/base/seed.h"

namespace gril {
namespace {

at::Generator generator(uint64_t seed, std::string_view name) {
  return at::detail::createCPUGenerator(child_seed(seed, name));
}

}  // namespace

void draw_normal(torch::Tensor& parameter, double deviation, uint64_t seed, std::string_view name) {
  const c10::AutoGradMode no_grad(false);
  parameter.copy_(
      at::empty(parameter.sizes(), at::kDouble).normal_(0.0, deviation, generator(seed, name)));
}

void draw_map(torch::Tensor& map, uint64_t seed, std::string_view name) {
  draw_normal(map, 1.0 / std::sqrt(static_cast<double>(map.size(1))), seed, name);
}

void draw_uniform(torch::Tensor& parameter, double lowest, double highest, uint64_t seed,
                  std::string_view name) {
  const c10::AutoGradMode no_grad(false);
  parameter.copy_(
      at::empty(parameter.sizes(), at::kDouble).uniform_(lowest, highest, generator(seed, name)));
}

void set_constant(torch::Tensor& parameter, double value) {
  const c10::AutoGradMode no_grad(false);
  parameter.fill_(value);
}

}  // namespace gril

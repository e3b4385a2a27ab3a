#include "gril/layers/parameter_initialization.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/base/seed.h"

namespace gril {
namespace {

constexpr int64_t kUnlimited = int64_t{1} << 48;
thread_local int64_t numbers_left = kUnlimited;

at::Generator generator(uint64_t seed, std::string_view name) {
  return at::detail::createCPUGenerator(child_seed(seed, name));
}

}  // namespace

ParameterBudget::ParameterBudget(int64_t numbers) : before_(numbers_left) {
  numbers_left = numbers;
}

ParameterBudget::~ParameterBudget() { numbers_left = before_; }

torch::Tensor parameter_zeros(at::IntArrayRef shape) {
  int64_t numbers = 1;
  for (const int64_t size : shape) {
    require(size == 0 || numbers <= numbers_left / size, "parameters",
            "a parameter may have as many numbers as are left, ", numbers_left, "; got the shape ",
            shape, ".");
    numbers *= size;
  }
  if (numbers_left < kUnlimited) numbers_left -= numbers;
  return at::zeros(shape);
}

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

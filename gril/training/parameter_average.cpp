#include "gril/training/parameter_average.h"

#include <ATen/ATen.h>

#include <cmath>

namespace gril {

void update_average(const torch::Tensor& average, const torch::Tensor& values, double decay,
                    int64_t step) {
  const at::NoGradGuard no_grad;
  average.lerp_(values, (1 - decay) / (1 - std::pow(decay, static_cast<double>(step))));
}

ExchangedValues::ExchangedValues(const torch::Tensor& values, const torch::Tensor& average)
    : values_(values) {
  if (!average.defined()) return;
  const at::NoGradGuard no_grad;
  before_ = values.clone();
  values_.copy_(average);
}

ExchangedValues::~ExchangedValues() {
  if (!before_.defined()) return;
  const at::NoGradGuard no_grad;
  values_.copy_(before_);
}

}  // namespace gril

#include "gril/analysis/decompiler/memory_decay.h"

#include <ATen/ATen.h>

#include <cmath>

namespace gril {

MemoryDecay memory_decay(const torch::Tensor& newest, const torch::Tensor& next) {
  const double square = newest.square().sum().item<double>();
  if (square == 0.0) return {};
  MemoryDecay decay;
  decay.eigenvalue = (newest * next).sum().item<double>() / square;
  decay.spread = (next - decay.eigenvalue * newest).norm().item<double>() / std::sqrt(square);
  return decay;
}

Json to_json(const MemoryDecay& decay) {
  return {{"eigenvalue", decay.eigenvalue}, {"spread", decay.spread}};
}

}  // namespace gril

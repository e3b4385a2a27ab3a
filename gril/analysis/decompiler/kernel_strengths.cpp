#include "gril/analysis/decompiler/kernel_strengths.h"

#include <ATen/ATen.h>

#include "gril/analysis/tensor_json.h"
#include "gril/base/check.h"

namespace gril {
namespace {

constexpr int64_t kMostPairs = 66;

/// (outputs, D, D, D, D) → (P, P).
torch::Tensor strength(const torch::Tensor& kernel) {
  const int64_t width = kernel.size(1);
  const torch::Tensor pairs = at::triu_indices(width, width);
  const torch::Tensor flat = pairs[0] * width + pairs[1];
  const torch::Tensor norms = kernel.norm(2, {0});
  return norms.reshape({width * width, width * width}).index_select(0, flat).index_select(1, flat);
}

}  // namespace

KernelStrengths kernel_strengths(const PolynomialKernels& kernels) {
  const int64_t width = kernels.memory_query.size(1);
  const int64_t pairs = width * (width + 1) / 2;
  KernelStrengths strengths;
  if (pairs > kMostPairs) {
    strengths.obstacle = concatenate(pairs, " pairs of features are too many to be looked at");
    return strengths;
  }
  strengths.memory_memory = strength(kernels.memory_memory);
  strengths.memory_query = strength(kernels.memory_query);
  strengths.query_query = strength(kernels.query_query);
  return strengths;
}

Json to_json(const KernelStrengths& strengths) {
  if (strengths.obstacle) return {{"applies", false}, {"reason", *strengths.obstacle}};
  return {{"applies", true},
          {"memory_memory", matrix_json(strengths.memory_memory)},
          {"memory_query", matrix_json(strengths.memory_query)},
          {"query_query", matrix_json(strengths.query_query)}};
}

}  // namespace gril

#pragma once

#include <torch/types.h>

#include <optional>
#include <string>

#include "gril/analysis/decompiler/polynomial_kernels.h"
#include "gril/base/json.h"

namespace gril {

/// How strongly each product of four features enters the outputs: the norm over outputs of the
/// entries of KK, KQ and QQ, for pairs a ≤ b of the D = d+1 features in the order (0,0), (0,1), …,
/// (d,d), the last index that of the appended 1. Linear attention has entries in KQ alone, in rows
/// without the 1 and columns of one feature and the 1. P = D(D+1)/2 pairs:
struct KernelStrengths {
  torch::Tensor memory_memory;               ///< |KK[(a,b),(c,e)]|, (P, P)
  torch::Tensor memory_query;                ///< |KQ[(a,b),(c,e)]|, remembered pairs as rows
  torch::Tensor query_query;                 ///< |QQ[(a,b),(c,e)]|
  std::optional<std::string> obstacle = {};  ///< why there are none: too many to be looked at
};

/// Nothing but an obstacle above 66 pairs, 10 features.
KernelStrengths kernel_strengths(const PolynomialKernels& kernels);

/// {"applies", "memory_memory", "memory_query", "query_query"}, or {"applies": false, "reason"}
Json to_json(const KernelStrengths& strengths);

}  // namespace gril

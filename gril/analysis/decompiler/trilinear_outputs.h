#pragma once

#include <torch/types.h>

#include "gril/analysis/decompiler/sample_sequences.h"

namespace gril {

/// The triple products that linear attention is linear in, for every output that counts:
/// Σ_{s≤t} γ^{t-s} x_s[a] x_s[b] x_t[c] as rows (N, d³). With them T[k] · row is the output k.
///
/// most_numbers  sequences are left out from the end until the result fits
torch::Tensor triple_products(const SampleSequences& sequences, double memory_eigenvalue,
                              int64_t most_numbers);

/// The outputs of a trilinear tensor (m, d, d, d) out of triple products, (N, m).
torch::Tensor trilinear_outputs(const torch::Tensor& tensor, const torch::Tensor& products);

}  // namespace gril

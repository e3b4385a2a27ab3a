#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/analysis/decompiler/attention_weights.h"
#include "gril/base/json.h"

namespace gril {

/// How the nearest attention layer is looked for.
struct HeadOptions {
  int64_t heads = 1;  ///< H, at least 1
  int64_t width =
      0;  ///< dv = dk of a head, which bounds the ranks of its two matrices; 0: no bound
  int64_t starts = 6;          ///< at least 1: the first from singular vectors, the others random
  uint64_t seed = 0;           ///< of the random starts
  int64_t most_sweeps = 2000;  ///< of one start
  /// A start has converged when a sweep lowers the distance by less than this part of it, or when
  /// the distance itself is below it.
  double tolerance = 1e-9;
};

/// The attention layer nearest to a trilinear tensor T.
struct HeadDecomposition {
  AttentionHeads heads;   ///< every value matrix of norm 1, largest head first
  double distance = 0.0;  ///< |T − Σ_h sym(V^h ⊗ M^h)| / |T|
  int64_t sweeps = 0;     ///< of the best start
  bool converged = false;
  std::vector<double> start_distances;  ///< of every start
};

/// The nearest attention layer of H heads, by alternating least squares: with all M fixed the best
/// V solve a linear system, and the other way round, so the distance never grows. Source:
/// gated_rnn_attention.md 2.7, check M3. A width w writes V^h = O^h W^h and M^h = K^hᵀ Q^h with
/// inner size w and alternates over all four.
///
/// One head is known up to one scale, (V, M) → (αV, M/α), which is removed here. Several heads of
/// full width are known only as a sum: Σ_h V^h ⊗ M^h stays the same under any mixing of the V with
/// the inverse mixing of the M.
///
/// tensor   T, (m, d, d, d), symmetric in its second and third axis
/// errors   InvalidArgument "[head_decomposition] …" for T = 0, an option below its range, or more
///          heads than any T of this shape needs, min(m·d, d²)
/// cost     per sweep about 4·H·m·d³ multiply-adds and two systems of H·d unknowns (with a width,
///          H·w·d)
HeadDecomposition nearest_heads(const torch::Tensor& tensor, const HeadOptions& options);

/// {"heads": [{"value_map": W_O W_V, "query_key": W_Kᵀ W_Q}, …], "distance", …}
Json to_json(const HeadDecomposition& decomposition);

}  // namespace gril

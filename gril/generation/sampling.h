#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gril {

/// How the next symbol is chosen from a model's outputs.
struct SamplingOptions {
  double temperature = 1;  ///< τ; 0: always the most probable symbol
  int64_t top_k = 0;       ///< only the k most probable symbols; 0: all
  double top_p = 1;  ///< only the most probable symbols that have this share together, in (0, 1]
};

/// Errors: InvalidArgument "[generate] …" for a value outside its rule.
void check_sampling(const SamplingOptions& options);

/// The distribution that the next symbol is drawn from:
///
///     p_i ∝ exp(ŷ_i / τ)     over all symbols,
///     then the k most probable ones, then the fewest most probable ones whose p sum to at least
///     top_p of what is left; the others 0, the sum 1
///
/// Of equally probable symbols the one of lower number comes first. τ = 0: 1 for the largest ŷ.
/// Source of top_p: The curious case of neural text degeneration (arXiv 1904.09751); of top_k:
/// Hierarchical neural story generation (arXiv 1805.04833).
///
/// logits   ŷ, at least one
/// options  checked by check_sampling
/// errors   InvalidArgument "[generate] …" for a logit that is not finite
/// cost     n, with top_p < 1 and without top_k n log n
std::vector<double> symbol_probabilities(std::span<const double> logits,
                                         const SamplingOptions& options);

/// The symbol i with p_0 + … + p_{i-1} ≤ u < p_0 + … + p_i, for u uniform over [0, 1): i has
/// probability p_i.
int64_t symbol_at(std::span<const double> probabilities, double u);

}  // namespace gril

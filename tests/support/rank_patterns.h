#pragma once

#include <array>
#include <cstdint>

#include "gril/constructions/random_linear_attention.h"

namespace gril {

/// A teacher's width, ranks and overlap.
struct RankPattern {
  int64_t width, value_rank, key_query_rank, overlap;
};

/// The six patterns of gated_rnn_attention.md, check H.
inline constexpr std::array<RankPattern, 6> kRankPatterns = {
    {{4, 4, 4, 4}, {6, 3, 3, 0}, {6, 3, 2, 1}, {5, 4, 3, 2}, {8, 3, 3, 3}, {6, 2, 5, 1}}};

inline LinearAttentionWeights random_attention(const RankPattern& pattern, uint64_t seed) {
  return random_linear_attention({.width = pattern.width,
                                  .value_rank = pattern.value_rank,
                                  .key_query_rank = pattern.key_query_rank,
                                  .overlap = pattern.overlap},
                                 seed);
}

}  // namespace gril

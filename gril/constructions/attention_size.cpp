#include "gril/constructions/attention_size.h"

namespace gril {
namespace {

/// Both input maps and the eigenvalues, both output maps, the readout.
GatedRnnSize dense(int64_t width, int64_t memory, int64_t queries, int64_t gates) {
  const int64_t n = memory + queries;
  return {memory, queries, gates, n * (2 * width + 3 + 2 * gates) + width * gates};
}

int64_t triangle(int64_t d) { return d * (d + 1) / 2; }

}  // namespace

GatedRnnSize basic_size(int64_t width) {
  const int64_t d = width;
  return {d * d, d, d * d, 2 * d * d * d * d + 5 * d * d * d + 5 * d * d + 3 * d};
}

GatedRnnSize symmetric_size(int64_t width) {
  const int64_t d = width;
  const int64_t n = triangle(d) + d;
  return {triangle(d), d, d * d, n * (2 * d * d + 2 * d + 3) + d * d * d};
}

GatedRnnSize low_rank_size(int64_t width, int64_t value_rank, int64_t key_query_rank,
                           int64_t overlap) {
  const int64_t pairs = value_rank * key_query_rank;
  return dense(width, pairs - overlap * (overlap - 1) / 2, key_query_rank, pairs);
}

GatedRnnSize side_gated_size(int64_t width) {
  const int64_t d = width;
  return {d * d, 0, d * d, d * d * d * d + 4 * d * d * d + 4 * d * d};
}

GatedRnnSize symmetric_side_gated_size(int64_t width) {
  const int64_t d = width;
  const int64_t n = triangle(d);
  return {n, 0, d * d, n * (d * d + 2 * d + 3) + 2 * d * d * d + d * d};
}

GatedRnnSize multi_head_size(int64_t width) {
  return dense(width, triangle(width), width, triangle(width) * width);
}

GatedRnnSize memory_per_head_size(int64_t width, int64_t heads) {
  return dense(width, heads * width * width, heads * width, heads * width * width);
}

}  // namespace gril

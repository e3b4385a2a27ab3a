#include "gril/constructions/random_linear_attention.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "gril/base/check.h"
#include "gril/base/seed.h"
#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_attention";

/// The options with ranks and overlap filled in.
RandomAttentionOptions resolve(RandomAttentionOptions options) {
  const int64_t d = options.width;
  require(d >= 1 && options.heads >= 1, kWhere, "width and heads must be at least 1; got ", d,
          " and ", options.heads, ".");
  if (options.value_rank == 0) options.value_rank = d;
  if (options.key_query_rank == 0) options.key_query_rank = d;
  const int64_t values = options.value_rank;
  const int64_t keys = options.key_query_rank;
  require(values >= 1 && values <= d && keys >= 1 && keys <= d, kWhere,
          "value_rank and key_query_rank must lie in [1, width] = [1, ", d, "]; got ", values,
          " and ", keys, ".");
  const int64_t lowest = std::max<int64_t>(0, values + keys - d);
  const int64_t highest = std::min(values, keys);
  if (options.overlap == -1) options.overlap = lowest;
  require(options.overlap >= lowest && options.overlap <= highest, kWhere, "overlap must lie in [",
          lowest, ", ", highest, "] for ranks ", values, " and ", keys, " of width ", d, "; got ",
          options.overlap, ".");
  return options;
}

at::Tensor normal(int64_t rows, int64_t columns, int64_t scale, uint64_t seed, const char* name) {
  at::Tensor matrix = at::empty({rows, columns}, at::kDouble);
  draw_normal(matrix, 1.0 / std::sqrt(static_cast<double>(scale)), seed, name);
  return matrix;
}

std::vector<double> numbers_of(const at::Tensor& matrix) {
  const at::Tensor flat = matrix.contiguous();
  const auto* numbers = flat.data_ptr<double>();
  return {numbers, numbers + flat.numel()};
}

/// W_V and W_K of the ranks and the overlap asked for.
void draw_low_rank(const RandomAttentionOptions& o, uint64_t seed, LinearAttentionHead& head) {
  const int64_t d = o.width;
  const at::Tensor frame = std::get<0>(at::linalg_qr(normal(d, d, 1, seed, "frame"))).t();
  const at::Tensor value_rows = frame.narrow(0, 0, o.value_rank);
  const at::Tensor key_rows = at::cat(
      {frame.narrow(0, 0, o.overlap), frame.narrow(0, o.value_rank, o.key_query_rank - o.overlap)});
  const auto mixed = [&](const at::Tensor& rows, const char* name) {
    return numbers_of(at::mm(normal(d, rows.size(0), rows.size(0), seed, name), rows));
  };
  head.value_weights = mixed(value_rows, "value_weights");
  head.key_weights = mixed(key_rows, "key_weights");
}

LinearAttentionHead draw_head(const RandomAttentionOptions& o, uint64_t seed) {
  const int64_t d = o.width;
  LinearAttentionHead head;
  head.query_weights = numbers_of(normal(d, d, d, seed, "query_weights"));
  if (o.value_rank < d || o.key_query_rank < d) {
    draw_low_rank(o, seed, head);
  } else {
    head.value_weights = numbers_of(normal(d, d, d, seed, "value_weights"));
    head.key_weights = numbers_of(normal(d, d, d, seed, "key_weights"));
  }
  if (o.heads > 1) {
    head.output_weights = numbers_of(normal(d, d, d * o.heads, seed, "output_weights"));
  }
  return head;
}

}  // namespace

LinearAttentionWeights random_linear_attention(const RandomAttentionOptions& options,
                                               uint64_t seed) {
  const RandomAttentionOptions o = resolve(options);
  LinearAttentionWeights attention{.width = o.width,
                                   .outputs = o.width,
                                   .value_size = o.width,
                                   .key_size = o.width,
                                   .decay = o.decay,
                                   .rotation = o.rotation,
                                   .heads = {}};
  for (int64_t head = 0; head < o.heads; ++head) {
    const uint64_t head_seed = child_seed(seed, "head", static_cast<uint64_t>(head));
    attention.heads.push_back(draw_head(o, head_seed));
  }
  check(attention);
  return attention;
}

}  // namespace gril

#include "gril/constructions/symmetric_memory.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/base/check.h"
#include "gril/constructions/attention_subspaces.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_attention";

/// y = readout · Σ (map x)(map x)ᵀ · queries x, all square in the width but the readout.
MemoryQueryForm from_symmetric_store(const at::Tensor& map, const at::Tensor& queries,
                                     const at::Tensor& readout,
                                     const LinearAttentionWeights& attention) {
  const int64_t d = map.size(0);
  const at::Tensor pairs = at::triu_indices(d, d, 0, at::kLong);
  MemoryQueryForm form;
  form.left = map.index_select(0, pairs[0]);
  form.right = map.index_select(0, pairs[1]);
  form.queries = queries;
  form.readout = readout.repeat_interleave(d, 1);
  form.decay = attention.decay;
  form.rotation = attention.rotation;
  for (int64_t i = 0; i < d; ++i) {
    for (int64_t j = 0; j < d; ++j) {
      const int64_t a = std::min(i, j);
      const int64_t b = std::max(i, j);
      // Rows of the upper triangle before row a hold d, d-1, … entries.
      form.memory_of_gate.push_back(a * d - a * (a - 1) / 2 + b - a);
      form.query_of_gate.push_back(j);
    }
  }
  return form;
}

}  // namespace

MemoryQueryForm symmetric_memory(const LinearAttentionWeights& attention) {
  check_one_head(attention);
  const AttentionMatrices head = attention_matrices(attention, 0);
  return from_symmetric_store(at::eye(attention.width, at::kDouble), key_query_product(head),
                              output_value_product(head), attention);
}

MemoryQueryForm symmetric_memory_by_inversion(const LinearAttentionWeights& attention) {
  constexpr double kWorstCondition = 1e5;
  check_one_head(attention);
  require(attention.value_size == attention.width, kWhere,
          "only a square value matrix can be inverted; got ", attention.value_size, " x ",
          attention.width, ". The variant symmetric needs no inverse.");
  const AttentionMatrices head = attention_matrices(attention, 0);
  const double condition = condition_number(head.value);
  require(condition <= kWorstCondition, kWhere,
          "the value matrix must be invertible, with a condition number of at most ",
          kWorstCondition, "; got ", condition, ". The variant symmetric needs no inverse.");
  const at::Tensor queries = at::linalg_solve(head.value.t(), key_query_product(head));
  return from_symmetric_store(head.value, queries, head.output, attention);
}

}  // namespace gril

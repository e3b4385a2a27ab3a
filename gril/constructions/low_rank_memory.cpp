#include "gril/constructions/low_rank_memory.h"

#include <ATen/ATen.h>

#include "gril/constructions/attention_subspaces.h"

namespace gril {

MemoryQueryForm low_rank_memory(const LinearAttentionWeights& attention) {
  const AttentionSubspaces spaces = attention_subspaces(attention);
  const AttentionMatrices head = attention_matrices(attention, 0);
  const int64_t values = spaces.value_basis.size(0);
  const int64_t keys = spaces.key_query_basis.size(0);
  const int64_t shared = spaces.overlap;

  MemoryQueryForm form;
  form.decay = attention.decay;
  form.rotation = attention.rotation;
  std::vector<int64_t> left, right;
  at::Tensor neuron = at::empty({values, keys}, at::kLong);
  auto index = neuron.accessor<int64_t, 2>();
  for (int64_t i = 0; i < values; ++i) {
    for (int64_t j = 0; j < keys; ++j) {
      const bool stored = j < i && i < shared;
      index[i][j] = stored ? index[j][i] : static_cast<int64_t>(left.size());
      form.memory_of_gate.push_back(index[i][j]);
      form.query_of_gate.push_back(j);
      if (stored) continue;
      left.push_back(i);
      right.push_back(j);
    }
  }
  form.left = spaces.value_basis.index_select(0, at::tensor(left, at::kLong));
  form.right = spaces.key_query_basis.index_select(0, at::tensor(right, at::kLong));
  form.queries = at::mm(spaces.key_query_basis, key_query_product(head));
  form.readout =
      at::mm(output_value_product(head), spaces.value_basis.t()).repeat_interleave(keys, 1);
  return form;
}

}  // namespace gril

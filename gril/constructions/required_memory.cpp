#include "gril/constructions/required_memory.h"

#include <ATen/ATen.h>

#include "gril/constructions/attention_subspaces.h"
#include "gril/constructions/trilinear_tensor.h"

namespace gril {

int64_t required_memory_neurons(const LinearAttentionWeights& attention) {
  if (attention.heads.size() > 1) return numerical_rank(memory_singular_values(attention));
  const AttentionSubspaces spaces = attention_subspaces(attention);
  const int64_t pairs = spaces.value_basis.size(0) * spaces.key_query_basis.size(0);
  return pairs - spaces.overlap * (spaces.overlap - 1) / 2;
}

at::Tensor memory_singular_values(const LinearAttentionWeights& attention) {
  const int64_t d = attention.width;
  return at::linalg_svdvals(
      trilinear_tensor(attention).permute({1, 2, 0, 3}).reshape({d * d, attention.outputs * d}));
}

}  // namespace gril

#include "gril/constructions/trilinear_tensor.h"

#include <ATen/ATen.h>

#include "gril/constructions/attention_subspaces.h"

namespace gril {

at::Tensor trilinear_tensor(const LinearAttentionWeights& attention) {
  const int64_t d = attention.width;
  at::Tensor sum = at::zeros({attention.outputs, d, d, d}, at::kDouble);
  for (std::size_t h = 0; h < attention.heads.size(); ++h) {
    const AttentionMatrices head = attention_matrices(attention, h);
    sum += output_value_product(head).view({-1, d, 1, 1}) * key_query_product(head).view({d, d});
  }
  return 0.5 * (sum + sum.transpose(1, 2));
}

}  // namespace gril

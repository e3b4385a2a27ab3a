#include "gril/constructions/multi_head_memory.h"

#include <ATen/ATen.h>

#include "gril/constructions/trilinear_tensor.h"

namespace gril {

MemoryQueryForm multi_head_memory(const LinearAttentionWeights& attention) {
  check(attention);
  const int64_t d = attention.width;
  const at::Tensor identity = at::eye(d, at::kDouble);
  const at::Tensor pairs = at::triu_indices(d, d, 0, at::kLong);
  const at::Tensor tensor = trilinear_tensor(attention);
  MemoryQueryForm form;
  form.decay = attention.decay;
  form.rotation = attention.rotation;
  form.left = identity.index_select(0, pairs[0]);
  form.right = identity.index_select(0, pairs[1]);
  form.queries = identity;
  std::vector<at::Tensor> columns;
  for (int64_t pair = 0; pair < pairs.size(1); ++pair) {
    const auto a = pairs[0][pair].item<int64_t>();
    const auto b = pairs[1][pair].item<int64_t>();
    columns.push_back(tensor.select(1, a).select(1, b) * (a == b ? 1.0 : 2.0));
    for (int64_t c = 0; c < d; ++c) {
      form.memory_of_gate.push_back(pair);
      form.query_of_gate.push_back(c);
    }
  }
  form.readout = at::cat(columns, 1);
  return form;
}

}  // namespace gril

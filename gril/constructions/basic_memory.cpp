#include "gril/constructions/basic_memory.h"

#include <ATen/ATen.h>

namespace gril {

MemoryQueryForm basic_memory(const LinearAttentionWeights& attention) {
  check(attention);
  const int64_t value_size = attention.value_size;
  const int64_t key_size = attention.key_size;
  MemoryQueryForm form;
  form.decay = attention.decay;
  form.rotation = attention.rotation;
  std::vector<at::Tensor> left, right, queries, readout;
  for (std::size_t h = 0; h < attention.heads.size(); ++h) {
    const AttentionMatrices head = attention_matrices(attention, h);
    left.push_back(head.value.repeat_interleave(key_size, 0));
    right.push_back(head.key.repeat({value_size, 1}));
    queries.push_back(head.query);
    readout.push_back(head.output.repeat_interleave(key_size, 1));
    const auto first_query = static_cast<int64_t>(h) * key_size;
    for (int64_t pair = 0; pair < value_size * key_size; ++pair) {
      form.memory_of_gate.push_back(static_cast<int64_t>(form.memory_of_gate.size()));
      form.query_of_gate.push_back(first_query + pair % key_size);
    }
  }
  form.left = at::cat(left);
  form.right = at::cat(right);
  form.queries = at::cat(queries);
  form.readout = at::cat(readout, 1);
  return form;
}

}  // namespace gril

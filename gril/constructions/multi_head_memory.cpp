#include "gril/constructions/multi_head_memory.h"

#include <ATen/ATen.h>

#include "gril/constructions/tensor_memory.h"
#include "gril/constructions/trilinear_tensor.h"

namespace gril {

MemoryQueryForm multi_head_memory(const LinearAttentionWeights& attention) {
  check(attention);
  const at::Tensor identity = at::eye(attention.width, at::kDouble);
  MemoryQueryForm form = tensor_memory(trilinear_tensor(attention), identity, identity);
  form.decay = attention.decay;
  form.rotation = attention.rotation;
  return form;
}

}  // namespace gril

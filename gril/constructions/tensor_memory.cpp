#include "gril/constructions/tensor_memory.h"

#include <ATen/ATen.h>

#include <vector>

namespace gril {
namespace {

/// T[k,i,j,l] with its last three indices turned into the bases, (outputs, r, r, q).
at::Tensor in_bases(const at::Tensor& tensor, const at::Tensor& memory, const at::Tensor& query) {
  const at::Tensor first = at::einsum("kijl,ai->kajl", {tensor, memory});
  const at::Tensor both = at::einsum("kajl,bj->kabl", {first, memory});
  return at::einsum("kabl,cl->kabc", {both, query});
}

}  // namespace

MemoryQueryForm tensor_memory(const torch::Tensor& tensor, const torch::Tensor& memory_basis,
                              const torch::Tensor& query_basis) {
  const int64_t size = memory_basis.size(0);
  const int64_t queries = query_basis.size(0);
  const at::Tensor pairs = at::triu_indices(size, size, 0, at::kLong);
  const at::Tensor inside = in_bases(tensor, memory_basis, query_basis);
  MemoryQueryForm form;
  form.left = memory_basis.index_select(0, pairs[0]);
  form.right = memory_basis.index_select(0, pairs[1]);
  form.queries = query_basis;
  std::vector<at::Tensor> columns;
  for (int64_t pair = 0; pair < pairs.size(1); ++pair) {
    const auto a = pairs[0][pair].item<int64_t>();
    const auto b = pairs[1][pair].item<int64_t>();
    columns.push_back(inside.select(1, a).select(1, b) * (a == b ? 1.0 : 2.0));
    for (int64_t c = 0; c < queries; ++c) {
      form.memory_of_gate.push_back(pair);
      form.query_of_gate.push_back(c);
    }
  }
  form.readout = at::cat(columns, 1);
  return form;
}

}  // namespace gril

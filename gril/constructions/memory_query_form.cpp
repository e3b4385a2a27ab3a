#include "gril/constructions/memory_query_form.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"

namespace gril {
namespace {

/// Row g is the unit vector of index[g].
at::Tensor selector(const std::vector<int64_t>& index, int64_t columns) {
  return at::eye(columns, at::kDouble).index_select(0, at::tensor(index, at::kLong));
}

/// Norms of the rows, 1 for a row of zeros.
at::Tensor row_norms(const at::Tensor& matrix) {
  const at::Tensor norms = matrix.norm(2, 1);
  return at::where(norms == 0.0, at::ones_like(norms), norms);
}

}  // namespace

MemoryQueryForm normalised(const MemoryQueryForm& form) {
  const at::Tensor left = row_norms(form.left);
  const at::Tensor right = row_norms(form.right);
  const at::Tensor queries = row_norms(form.queries);
  MemoryQueryForm result = form;
  result.left = form.left / left.unsqueeze(1);
  result.right = form.right / right.unsqueeze(1);
  result.queries = form.queries / queries.unsqueeze(1);
  const at::Tensor norms =
      at::mv(memory_selector(form), left * right) * at::mv(query_selector(form), queries);
  result.readout = form.readout * norms;
  return result;
}

void check_real(const MemoryQueryForm& form, const char* cell) {
  require(form.rotation == 0.0, "linear_attention",
          "rotation needs complex eigenvalues, those of an LRU; got rotation ", form.rotation,
          " for ", cell, ".");
}

at::Tensor memory_selector(const MemoryQueryForm& form) {
  return selector(form.memory_of_gate, form.memory_neurons());
}

at::Tensor query_selector(const MemoryQueryForm& form) {
  return selector(form.query_of_gate, form.query_neurons());
}

}  // namespace gril

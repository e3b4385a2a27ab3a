#include "gril/constructions/memory_query_form.h"

#include <ATen/ATen.h>

namespace gril {
namespace {

/// Row g is the unit vector of index[g].
at::Tensor selector(const std::vector<int64_t>& index, int64_t columns) {
  return at::eye(columns, at::kDouble).index_select(0, at::tensor(index, at::kLong));
}

}  // namespace

at::Tensor memory_selector(const MemoryQueryForm& form) {
  return selector(form.memory_of_gate, form.memory_neurons());
}

at::Tensor query_selector(const MemoryQueryForm& form) {
  return selector(form.query_of_gate, form.query_neurons());
}

}  // namespace gril

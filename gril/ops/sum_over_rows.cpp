#include "gril/ops/sum_over_rows.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace gril {
namespace {

template <typename T>
void add_up(const T* term, int64_t count, std::vector<double>& total, T* result) {
  for (int64_t n = 0; n < count; ++n)
    for (double& sum : total) sum += *term++;
  std::copy(total.begin(), total.end(), result);
}

}  // namespace

at::Tensor sum_over_rows(const at::Tensor& terms) {
  std::vector<double> total(static_cast<size_t>(terms.size(1)), 0.0);
  at::Tensor result = at::empty({terms.size(1)}, terms.options());
  if (terms.scalar_type() == at::kFloat) {
    add_up(terms.data_ptr<float>(), terms.size(0), total, result.data_ptr<float>());
  } else {
    add_up(terms.data_ptr<double>(), terms.size(0), total, result.data_ptr<double>());
  }
  return result;
}

}  // namespace gril

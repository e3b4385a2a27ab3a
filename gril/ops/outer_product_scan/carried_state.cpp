#include "gril/ops/outer_product_scan/carried_state.h"

#include <ATen/ATen.h>

namespace gril {

CarriedState carry_between_chunks(const at::Tensor& factors, const at::Tensor& terms,
                                  const at::Tensor& first, bool backward) {
  CarriedState carried{at::empty_like(terms), first};
  const int64_t chunks = terms.size(1);
  for (int64_t step = 0; step < chunks; ++step) {
    const int64_t c = backward ? chunks - 1 - step : step;
    carried.before.select(1, c).copy_(carried.last);
    carried.last = at::addcmul(terms.select(1, c), factors.select(1, c), carried.last);
  }
  return carried;
}

}  // namespace gril

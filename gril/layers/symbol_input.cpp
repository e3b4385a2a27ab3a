#include "gril/layers/symbol_input.h"

#include <ATen/ATen.h>

#include "gril/ops/shape_check.h"

namespace gril {

void check_symbol_input(const torch::Tensor& input, int64_t symbols, int64_t width,
                        const char* where) {
  TORCH_CHECK_VALUE(input.dim() == 3 && input.size(1) >= 1 && input.size(2) == width, "[", where,
                    "] input must have shape (B, T, ", width, ") with T at least 1; got ",
                    shape_text(input.sizes()), ".");
  TORCH_CHECK_VALUE(input.scalar_type() == at::kLong, "[", where,
                    "] input must hold symbols, int64; got ", dtype_name(input.scalar_type()), ".");
  const at::Tensor outside = at::logical_or(input.lt(0), input.ge(symbols));
  if (!outside.any().item<bool>()) return;
  const at::Tensor first = outside.nonzero()[0].cpu();
  const auto sequence = first[0].item<int64_t>();
  const auto token = first[1].item<int64_t>();
  const auto symbol = input[sequence][token][first[2].item<int64_t>()].item<int64_t>();
  TORCH_CHECK_VALUE(false, "[", where, "] symbols must lie in 0 to ", symbols - 1, "; got ", symbol,
                    " in sequence ", sequence, " at token ", token, ", both counted from 0.");
}

}  // namespace gril

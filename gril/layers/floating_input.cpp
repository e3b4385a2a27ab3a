#include "gril/layers/floating_input.h"

#include <ATen/ATen.h>

#include "gril/layers/sequence_layer.h"
#include "gril/ops/shape_check.h"

namespace gril {

void check_floating_input(const torch::Tensor& input, int64_t input_size, const char* where) {
  check_sequence_input(input, input_size, input, where);
  TORCH_CHECK_VALUE(input.scalar_type() == at::kFloat || input.scalar_type() == at::kDouble, "[",
                    where, "] input must be float32 or float64; got ",
                    dtype_name(input.scalar_type()), ".");
}

}  // namespace gril

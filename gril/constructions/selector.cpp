#include "gril/constructions/selector.h"

#include <ATen/ATen.h>

namespace gril {

torch::Tensor selector(int64_t rows, int64_t width, int64_t first) {
  at::Tensor matrix = at::zeros({rows, width}, at::kDouble);
  matrix.narrow(1, first, rows).copy_(at::eye(rows, at::kDouble));
  return matrix;
}

}  // namespace gril

#pragma once

#include <torch/types.h>

#include <cstdint>

namespace gril {

/// The float64 matrix (rows, width) that picks the features `first` … `first + rows - 1` of a
/// token: the identity in these columns, zero elsewhere. Its transpose puts them there.
torch::Tensor selector(int64_t rows, int64_t width, int64_t first);

}  // namespace gril

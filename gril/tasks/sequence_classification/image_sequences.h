#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/tasks/sequence_classification/labelled_sequences.h"

namespace gril {

/// Values of a pixel, 0 … 255.
constexpr int64_t kPixelValues = 256;

/// Images as sequences of their pixels. pixels  (n, P, channels), uint8; labels  n of them.
LabelledSequences image_sequences(const torch::Tensor& pixels, std::vector<int64_t> labels);

/// The numbers 0 … count - 1 as they are.
std::vector<int64_t> rows_order(int64_t count);

/// The numbers 0 … count - 1 in the order of their bits reversed: of 0 … 2^k - 1 with 2^k the least
/// power that is at least `count`, the reversals below `count`. Count 6: 0, 4, 2, 1, 5, 3.
std::vector<int64_t> bit_reversal_order(int64_t count);

}  // namespace gril

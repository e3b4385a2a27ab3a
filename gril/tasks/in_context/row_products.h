#pragma once

#include <torch/types.h>

namespace gril {

/// Rows through a linear map of each prompt, offset + x W. B prompts, R rows, d inputs, m outputs.
///
/// inputs   x, (B, R, d), float32 or float64, contiguous
/// maps     W, (B, d, m), same dtype, contiguous
/// offset   (B, R, m), same dtype; the result is written into it
/// returns  offset
/// cost     B R d m multiply-adds along memory: at these sizes a tenth of torch's batched product
torch::Tensor add_row_products(const torch::Tensor& inputs, const torch::Tensor& maps,
                               torch::Tensor offset);

}  // namespace gril

#pragma once

#include <torch/types.h>

#include "gril/base/safetensors.h"

/// Between libtorch's tensors and those of a safetensors file. Complex tensors are stored as real
/// ones with a trailing dimension of 2.
namespace gril {

/// A copy of the numbers of `tensor`. Errors: InvalidArgument "[checkpoint] …" for a dtype that a
/// file cannot hold.
StoredTensor store_tensor(const torch::Tensor& tensor);

/// The dtype that `stored` has in memory (without regard to complex ones).
torch::Dtype stored_dtype(const StoredTensor& stored);

/// Copies the numbers into `tensor`, whose shape and dtype must be those of store_tensor.
void load_tensor(const StoredTensor& stored, torch::Tensor tensor);

}  // namespace gril

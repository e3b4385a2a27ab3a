#include "gril/models/stored_tensors.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cstring>

#include "gril/base/check.h"

namespace gril {
namespace {

at::Tensor as_real(const at::Tensor& tensor) {
  return tensor.is_complex() ? at::view_as_real(tensor) : tensor;
}

ElementType element_type(torch::Dtype dtype) {
  switch (dtype) {
    case at::kFloat:
      return ElementType::kFloat32;
    case at::kDouble:
      return ElementType::kFloat64;
    case at::kLong:
      return ElementType::kInt64;
    case at::kByte:
      return ElementType::kUint8;
    default:
      throw InvalidArgument(concatenate(
          "[checkpoint] tensors must be float32, float64, complex, int64 or uint8; got ", dtype,
          ". Convert the model."));
  }
}

}  // namespace

StoredTensor store_tensor(const torch::Tensor& tensor) {
  const at::Tensor real = as_real(tensor.detach()).contiguous().cpu();
  StoredTensor stored;
  stored.type = element_type(real.scalar_type());
  stored.shape = real.sizes().vec();
  stored.bytes.resize(static_cast<std::size_t>(real.nbytes()));
  if (!stored.bytes.empty()) std::memcpy(stored.bytes.data(), real.data_ptr(), stored.bytes.size());
  return stored;
}

torch::Dtype stored_dtype(const StoredTensor& stored) {
  switch (stored.type) {
    case ElementType::kFloat32:
      return at::kFloat;
    case ElementType::kFloat64:
      return at::kDouble;
    case ElementType::kInt64:
      return at::kLong;
    case ElementType::kUint8:
      break;
  }
  return at::kByte;
}

void load_tensor(const StoredTensor& stored, torch::Tensor tensor) {
  const c10::AutoGradMode no_grad(false);
  at::Tensor numbers = at::empty(stored.shape, stored_dtype(stored));
  if (!stored.bytes.empty()) {
    std::memcpy(numbers.data_ptr(), stored.bytes.data(), stored.bytes.size());
  }
  as_real(tensor).copy_(numbers);
}

}  // namespace gril

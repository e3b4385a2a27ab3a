#include "gril/ops/shape_check.h"

#include <c10/core/ScalarType.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <sstream>

namespace gril {
namespace {

std::string list_of(std::initializer_list<at::ScalarType> types) {
  std::ostringstream text;
  size_t position = 0;
  for (const at::ScalarType type : types) {
    if (position > 0) text << (position + 1 == types.size() ? " or " : ", ");
    text << dtype_name(type);
    ++position;
  }
  return text.str();
}

}  // namespace

std::string shape_text(at::IntArrayRef sizes) {
  std::ostringstream text;
  text << '(';
  for (size_t i = 0; i < sizes.size(); ++i) text << (i > 0 ? ", " : "") << sizes[i];
  text << ')';
  return text.str();
}

std::string dtype_name(at::ScalarType type) {
  switch (type) {
    case at::ScalarType::Half:
      return "float16";
    case at::ScalarType::BFloat16:
      return "bfloat16";
    case at::ScalarType::Float:
      return "float32";
    case at::ScalarType::Double:
      return "float64";
    case at::ScalarType::ComplexFloat:
      return "complex64";
    case at::ScalarType::ComplexDouble:
      return "complex128";
    case at::ScalarType::Int:
      return "int32";
    case at::ScalarType::Long:
      return "int64";
    case at::ScalarType::Bool:
      return "bool";
    default:
      return c10::toString(type);
  }
}

void check_rank(const char* op, const char* name, const at::Tensor& tensor, int64_t rank,
                const char* axes) {
  TORCH_CHECK_VALUE(tensor.dim() == rank, "[", op, "] ", name, " must have shape ", axes, "; got ",
                    shape_text(tensor.sizes()), ".");
}

void check_shape(const char* op, const char* name, const at::Tensor& tensor, at::IntArrayRef sizes,
                 const char* axes) {
  TORCH_CHECK_VALUE(tensor.sizes() == sizes, "[", op, "] ", name, " must have shape ", axes, " = ",
                    shape_text(sizes), "; got ", shape_text(tensor.sizes()), ".");
}

void check_dtype(const char* op, const char* name, const at::Tensor& tensor,
                 std::initializer_list<at::ScalarType> allowed) {
  const bool found =
      std::find(allowed.begin(), allowed.end(), tensor.scalar_type()) != allowed.end();
  TORCH_CHECK_VALUE(found, "[", op, "] ", name, " must be ", list_of(allowed), "; got ",
                    dtype_name(tensor.scalar_type()), ". Convert it first.");
}

void check_same_kind(const char* op, const char* name, const at::Tensor& tensor,
                     const char* other_name, const at::Tensor& other) {
  TORCH_CHECK_VALUE(tensor.scalar_type() == other.scalar_type(), "[", op, "] ", name,
                    " must have the dtype of ", other_name, ", ", dtype_name(other.scalar_type()),
                    "; got ", dtype_name(tensor.scalar_type()), ". Convert one of them.");
  TORCH_CHECK_VALUE(tensor.device() == other.device(), "[", op, "] ", name,
                    " must be on the device of ", other_name, ", ", other.device(), "; got ",
                    tensor.device(), ". Move one of them.");
}

PointwiseActivation activation_of(const char* op, int64_t number) {
  TORCH_CHECK_VALUE(number >= 0 && number <= static_cast<int64_t>(PointwiseActivation::kSilu), "[",
                    op, "] activation must be 0, 1 or 2; got ", number, ".");
  return static_cast<PointwiseActivation>(number);
}

}  // namespace gril

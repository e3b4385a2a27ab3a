#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "gril/ops/pointwise_activation.h"

/// Argument checks of operators. Each throws c10::ValueError with a text in the form
/// `[operator] rule; got value. What to do.` and changes nothing.
namespace gril {

/// "(2, 64, 8)"
std::string shape_text(at::IntArrayRef sizes);

/// The name Python uses: "float32", "complex128", "bfloat16".
std::string dtype_name(at::ScalarType type);

/// The tensor has as many axes as `axes` lists. Text: `[linear_scan] input must have shape
/// (B, T, D); got (2, 64).`
void check_rank(const char* op, const char* name, const at::Tensor& tensor, int64_t rank,
                const char* axes);

/// The tensor has exactly these sizes. Text: `[linear_scan] initial_state must have shape
/// (B, D) = (2, 8); got (2, 9).`
void check_shape(const char* op, const char* name, const at::Tensor& tensor, at::IntArrayRef sizes,
                 const char* axes);

/// The tensor's dtype is one of these. Text: `[linear_scan] decay must be float32 or float64; got
/// bfloat16. Convert it first.`
void check_dtype(const char* op, const char* name, const at::Tensor& tensor,
                 std::initializer_list<at::ScalarType> allowed);

/// Dtype and device are those of `other`. Text: `[linear_scan] input must have the dtype of decay,
/// float32; got float64. Convert one of them.`
void check_same_kind(const char* op, const char* name, const at::Tensor& tensor,
                     const char* other_name, const at::Tensor& other);

/// The activation that an operator is given as a number: a dispatcher knows no enumerations. Text:
/// `[causal_convolution] activation must be 0, 1 or 2; got 9.`
PointwiseActivation activation_of(const char* op, int64_t number);

}  // namespace gril

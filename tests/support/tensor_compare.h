#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gril::testing {

using Tensors = std::vector<at::Tensor>;

/// RMS(actual - expected) / RMS(expected), computed in float64 (complex128). 0 for empty tensors;
/// infinite when the expected values are all zero and the actual ones are not.
double relative_rms(const at::Tensor& actual, const at::Tensor& expected);

/// Success when shapes are equal and the relative RMS is within the tolerance. NaN never agrees.
/// The failure text has the tensor's name, the error, and the place of the largest difference.
::testing::AssertionResult agrees(const std::string& name, const at::Tensor& actual,
                                  const at::Tensor& expected, double tolerance);

/// Success when dtype, shape and every bit are the same.
::testing::AssertionResult has_same_bits(const std::string& name, const at::Tensor& actual,
                                         const at::Tensor& expected);

/// `agrees` for each tensor of two lists; `names` says what they are.
void expect_agreement(const std::vector<std::string>& names, const Tensors& actual,
                      const Tensors& expected, double tolerance);

}  // namespace gril::testing

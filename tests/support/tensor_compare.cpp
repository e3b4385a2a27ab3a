#include "tests/support/tensor_compare.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace gril::testing {
namespace {

at::Tensor widened(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().cpu();
  if (plain.is_complex()) return at::view_as_real(plain.to(at::kComplexDouble).resolve_conj());
  return plain.to(at::kDouble);
}

double root_mean_square(const at::Tensor& tensor) {
  return std::sqrt(tensor.square().mean().item<double>());
}

}  // namespace

double relative_rms(const at::Tensor& actual, const at::Tensor& expected) {
  if (expected.numel() == 0) return 0;
  const at::Tensor reference = widened(expected);
  const double error = root_mean_square(widened(actual) - reference);
  const double size = root_mean_square(reference);
  if (size > 0 || error == 0 || std::isnan(error)) return size > 0 ? error / size : error;
  return std::numeric_limits<double>::infinity();
}

::testing::AssertionResult agrees(const std::string& name, const at::Tensor& actual,
                                  const at::Tensor& expected, double tolerance) {
  if (!actual.defined() || !expected.defined())
    return ::testing::AssertionFailure() << name << " is undefined";
  if (actual.sizes() != expected.sizes())
    return ::testing::AssertionFailure()
           << name << " has shape " << actual.sizes() << ", expected " << expected.sizes();
  const double error = relative_rms(actual, expected);
  if (error <= tolerance) return ::testing::AssertionSuccess();
  const at::Tensor difference = (widened(actual) - widened(expected)).abs().reshape({-1});
  const auto worst = at::nan_to_num(difference, std::numeric_limits<double>::infinity()).argmax();
  return ::testing::AssertionFailure()
         << name << " has relative RMS error " << error << ", tolerance " << tolerance
         << "; largest difference " << difference[worst.item<int64_t>()].item<double>()
         << " at flat index " << worst.item<int64_t>() << " of shape " << expected.sizes();
}

::testing::AssertionResult has_same_bits(const std::string& name, const at::Tensor& actual,
                                         const at::Tensor& expected) {
  if (actual.scalar_type() != expected.scalar_type() || actual.sizes() != expected.sizes())
    return ::testing::AssertionFailure() << name << " differs in dtype or shape";
  const at::Tensor left = actual.detach().contiguous();
  const at::Tensor right = expected.detach().contiguous();
  if (left.numel() == 0 || std::memcmp(left.data_ptr(), right.data_ptr(), left.nbytes()) == 0)
    return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << name << " differs in bits; relative RMS difference " << relative_rms(left, right);
}

void expect_agreement(const std::vector<std::string>& names, const Tensors& actual,
                      const Tensors& expected, double tolerance) {
  ASSERT_EQ(actual.size(), names.size());
  ASSERT_EQ(expected.size(), names.size());
  for (size_t i = 0; i < names.size(); ++i)
    EXPECT_TRUE(agrees(names[i], actual[i], expected[i], tolerance));
}

}  // namespace gril::testing

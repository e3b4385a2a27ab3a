#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/support/gradient_check.h"
#include "tests/support/tensor_compare.h"

namespace gril::testing {

/// How large the tensors of a test are.
struct SuiteSize {
  int64_t batch = 2;
  int64_t length = 7;
  int64_t features = 3;
};

/// A call that must throw c10::ValueError with exactly this text.
struct DocumentedError {
  std::function<void()> cause;
  std::string text;
};

/// What the suite needs to know of an operator. One description is one variant of it (real or
/// complex, constant or varying decay, reversed …); all of them pass the same laws.
struct OperatorDescription {
  /// Name of the variant in the test's name: letters, digits and underscores.
  std::string variant;
  std::vector<std::string> input_names;
  std::vector<std::string> output_names;
  /// The dtypes of the variant: float32 and float64, or complex64 and complex128.
  std::vector<at::ScalarType> dtypes;
  /// The operator, and the slow definition it is compared with. Inputs -> outputs.
  TensorFunction call;
  TensorFunction reference;
  /// Random inputs, none of which asks for gradients. Called after at::manual_seed.
  std::function<Tensors(const SuiteSize&, at::ScalarType)> make_inputs;
  /// The outputs, computed by two calls: steps [0, first) and [first, length) (for a reversed
  /// variant the later part comes first), with the state carried over, put together again.
  std::function<Tensors(const Tensors& inputs, int64_t first)> call_in_two_parts;
  /// Whether gradients of gradients exist.
  bool second_order = false;
  /// Wrong calls of this operator with their texts.
  std::vector<DocumentedError> errors = {};
};

/// What GoogleTest prints of a description.
inline std::ostream& operator<<(std::ostream& stream, const OperatorDescription& description) {
  return stream << description.variant;
}

/// The laws every operator obeys; operator_suite.cpp states them. To test an operator, link that
/// file and write
///   INSTANTIATE_TEST_SUITE_P(LinearScan, OperatorSuite, ::testing::ValuesIn(variants()),
///                            variant_name);
class OperatorSuite : public ::testing::TestWithParam<OperatorDescription> {
 protected:
  void SetUp() override;
  Tensors inputs_of(const SuiteSize& size, at::ScalarType type) const;
  /// The widest dtype of the variant: float64 or complex128.
  at::ScalarType exact_type() const;
  /// Compares the call with the reference computed in the exact type.
  void expect_equals_reference(const SuiteSize& size, at::ScalarType type) const;
};

std::string variant_name(const ::testing::TestParamInfo<OperatorDescription>& info);

}  // namespace gril::testing

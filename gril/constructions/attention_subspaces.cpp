#include "gril/constructions/attention_subspaces.h"

#include <ATen/ATen.h>

#include <tuple>

#include "gril/base/check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "linear_attention";

/// Orthonormal rows that span the rows of `matrix`.
at::Tensor row_basis(const at::Tensor& matrix, const char* name) {
  const auto [left, singular_values, right] = at::linalg_svd(matrix, /*full_matrices=*/false);
  require(singular_values[0].item<double>() > 0.0, kWhere, name, " must not be zero; got zero.");
  return right.narrow(0, 0, numerical_rank(singular_values));
}

}  // namespace

AttentionSubspaces attention_subspaces(const LinearAttentionWeights& attention) {
  check_one_head(attention);
  const AttentionMatrices head = attention_matrices(attention, 0);
  const at::Tensor values = row_basis(output_value_product(head), "the value matrix");
  const at::Tensor keys = row_basis(key_query_product(head).t(), "the key-query product");
  const auto [left, cosines, right] =
      at::linalg_svd(at::mm(values, keys.t()), /*full_matrices=*/true);
  // An angle is small when the sine is: the cosine cannot tell 1e-9 from 0.
  const int64_t together = numerical_rank(at::linalg_svdvals(at::cat({values, keys})));
  return {at::mm(left.t(), values), at::mm(right, keys), values.size(0) + keys.size(0) - together};
}

at::Tensor key_query_product(const AttentionMatrices& head) {
  return at::mm(head.key.t(), head.query);
}

at::Tensor output_value_product(const AttentionMatrices& head) {
  return at::mm(head.output, head.value);
}

int64_t numerical_rank(const at::Tensor& singular_values) {
  constexpr double kTolerance = 1e-9;
  return (singular_values > kTolerance * singular_values[0]).sum().item<int64_t>();
}

double condition_number(const at::Tensor& matrix) {
  const at::Tensor singular_values = at::linalg_svdvals(matrix);
  return (singular_values[0] / singular_values[-1]).item<double>();
}

}  // namespace gril

#include "gril/analysis/decompiler/polynomial_kernels.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "gril/analysis/decompiler/eigenvalue_classes.h"
#include "gril/base/check.h"

namespace gril {
namespace {

/// Rows of B_k for one group of neurons and columns for another.
torch::Tensor block(const torch::Tensor& output_forms, const torch::Tensor& rows,
                    const torch::Tensor& columns) {
  return output_forms.index_select(1, rows).index_select(2, columns);
}

/// Σ_{m,n} B_k[m,n] A_m ⊗ A_n over two groups, (outputs, D, D, D, D).
torch::Tensor product_sum(const StateForms& forms, const torch::Tensor& rows,
                          const torch::Tensor& columns) {
  const torch::Tensor inputs = input_forms(forms);
  const int64_t width = inputs.size(1);
  const torch::Tensor left = inputs.index_select(0, rows).flatten(1);
  const torch::Tensor right = inputs.index_select(0, columns).flatten(1);
  const torch::Tensor sums =
      at::matmul(left.t(), at::matmul(block(forms.output_forms, rows, columns), right));
  return sums.reshape({sums.size(0), width, width, width, width});
}

/// The average over all orders of the last four axes.
torch::Tensor average_of_orders(const torch::Tensor& kernel) {
  std::array<int64_t, 4> order{1, 2, 3, 4};
  torch::Tensor sum = at::zeros_like(kernel);
  do {
    sum += kernel.permute({0, order[0], order[1], order[2], order[3]});
  } while (std::next_permutation(order.begin(), order.end()));
  constexpr double kOrders = 24.0;
  return sum / kOrders;
}

double norm_of(const torch::Tensor& tensor) { return tensor.norm().item<double>(); }

void check_size(const StateForms& forms) {
  constexpr int64_t kMostNumbers = 20'000'000;
  const int64_t width = forms.input_gate.size(1);
  const int64_t numbers = forms.output_forms.size(0) * width * width * width * width;
  require(numbers <= kMostNumbers, "polynomial_kernels", "a kernel of ", forms.output_forms.size(0),
          " outputs and ", width, " features (the appended 1 included) must have at most ",
          kMostNumbers, " coefficients; got ", numbers, ". Analyze a model of fewer features.");
}

}  // namespace

PolynomialKernels polynomial_kernels(const StateForms& forms) {
  check_size(forms);
  const Polarity neurons = polarity(forms.eigenvalues);
  return {product_sum(forms, neurons.memory, neurons.memory),
          2.0 * product_sum(forms, neurons.memory, neurons.forget),
          average_of_orders(product_sum(forms, neurons.forget, neurons.forget))};
}

torch::Tensor one_token_kernel(const StateForms& forms) {
  check_size(forms);
  const torch::Tensor all = at::arange(forms.eigenvalues.size(0), at::kLong);
  return average_of_orders(product_sum(forms, all, all));
}

PolynomialKernels visible_kernels(PolynomialKernels kernels, const torch::Tensor& read_features) {
  const torch::Tensor pairs = at::outer(read_features, read_features);
  const int64_t width = read_features.size(0);
  kernels.memory_query = kernels.memory_query * pairs;
  kernels.query_query = kernels.query_query * pairs * pairs.reshape({width, width, 1, 1});
  return kernels;
}

torch::Tensor trilinear_tensor(const PolynomialKernels& kernels) {
  const int64_t d = kernels.memory_query.size(1) - 1;
  return 2.0 * kernels.memory_query.narrow(1, 0, d).narrow(2, 0, d).narrow(3, 0, d).select(4, d);
}

PolynomialKernels attention_kernels(const torch::Tensor& tensor) {
  const int64_t d = tensor.size(1);
  const torch::Tensor none =
      at::zeros({tensor.size(0), d + 1, d + 1, d + 1, d + 1}, torch::kFloat64);
  PolynomialKernels kernels{
      .memory_memory = none, .memory_query = none.clone(), .query_query = none};
  const torch::Tensor remembered = kernels.memory_query.narrow(1, 0, d).narrow(2, 0, d);
  // x_t[c]·1 and 1·x_t[c].
  remembered.narrow(3, 0, d).select(4, d).copy_(0.5 * tensor);
  remembered.select(3, d).narrow(3, 0, d).copy_(0.5 * tensor);
  return kernels;
}

torch::Tensor trilinear_tensor(const StateForms& forms, int64_t age) {
  const Polarity neurons = polarity(forms.eigenvalues);
  const torch::Tensor inputs = input_forms(forms);
  const int64_t d = inputs.size(1) - 1;
  const torch::Tensor weights =
      forms.eigenvalues.index_select(0, neurons.memory).pow(static_cast<double>(age));
  const torch::Tensor kept =
      inputs.index_select(0, neurons.memory).narrow(1, 0, d).narrow(2, 0, d).flatten(1) *
      weights.unsqueeze(1);
  const torch::Tensor read = inputs.index_select(0, neurons.forget).narrow(1, 0, d).select(2, d);
  const torch::Tensor sums = at::matmul(
      kept.t(), at::matmul(block(forms.output_forms, neurons.memory, neurons.forget), read));
  constexpr double kOrders = 4.0;  // m, n in both orders, and c·1 as 1·c
  return kOrders * sums.reshape({sums.size(0), d, d, d});
}

double KernelNorms::relative_rest() const {
  const double rest = std::max({other_memory_query, memory_memory, query_query});
  return trilinear > 0.0 ? rest / trilinear : std::numeric_limits<double>::infinity();
}

KernelNorms kernel_norms(const PolynomialKernels& kernels) {
  torch::Tensor rest = kernels.memory_query.clone();
  const int64_t d = rest.size(1) - 1;
  const torch::Tensor kept = rest.narrow(1, 0, d).narrow(2, 0, d);
  kept.narrow(3, 0, d).select(4, d).zero_();
  kept.select(3, d).narrow(3, 0, d).zero_();
  return {.trilinear = norm_of(trilinear_tensor(kernels)),
          .other_memory_query = norm_of(rest),
          .memory_memory = norm_of(kernels.memory_memory),
          .query_query = norm_of(kernels.query_query)};
}

Json to_json(const KernelNorms& norms) {
  return {{"trilinear", norms.trilinear},
          {"other_memory_query", norms.other_memory_query},
          {"memory_memory", norms.memory_memory},
          {"query_query", norms.query_query}};
}

torch::Tensor polarised_outputs(const StateForms& forms, double memory_eigenvalue,
                                const torch::Tensor& tokens) {
  StateForms polarised = forms;
  polarised.eigenvalues = memory_mask(forms.eigenvalues).to(torch::kFloat64) * memory_eigenvalue;
  return outputs_of(polarised, states_of(polarised, tokens));
}

}  // namespace gril

#include "gril/analysis/algorithms/free_step_sizes.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/base/check.h"

namespace gril {
namespace {

/// Predictions of the filters 1, σ, …, σ^{K−1} as columns, (B m, K).
torch::Tensor power_predictions(int64_t steps, const ContextSpectrum& spectrum) {
  std::vector<torch::Tensor> columns;
  torch::Tensor power = at::ones_like(spectrum.eigenvalues);
  for (int64_t step = 0; step < steps; ++step) {
    columns.push_back(filtered_predictions(spectrum, power).flatten());
    power = power * spectrum.eigenvalues;
  }
  return at::stack(columns, 1);
}

/// The coefficients (K) of the columns (n, K) with the least squared error to `targets` (n), of
/// least norm where several have it.
torch::Tensor least_squares(const torch::Tensor& columns, const torch::Tensor& targets) {
  // Powers of σ differ by orders of magnitude; columns of one length leave the normal equations a
  // condition that float64 bears.
  const torch::Tensor lengths = columns.norm(2, {0});
  const torch::Tensor scaled = columns / lengths;
  const torch::Tensor left = (scaled.unsqueeze(2) * scaled.unsqueeze(1)).sum(0);
  const torch::Tensor right = (scaled * targets.unsqueeze(1)).sum(0);
  return at::mv(at::linalg_pinv(left, 1e-15, /*hermitian=*/true), right) / lengths;
}

}  // namespace

torch::Tensor polynomial_filter(const std::vector<double>& coefficients,
                                const torch::Tensor& eigenvalues) {
  torch::Tensor sum = at::zeros_like(eigenvalues);
  for (auto c = coefficients.rbegin(); c != coefficients.rend(); ++c) sum = sum * eigenvalues + *c;
  return sum;
}

std::vector<std::complex<double>> learning_rates_of(const std::vector<double>& coefficients) {
  const auto count = static_cast<int64_t>(coefficients.size());
  const torch::Tensor companion = at::diag(at::ones({count - 1}, at::kDouble), -1);
  for (int64_t k = 0; k < count; ++k) {
    companion[0][k] = coefficients[static_cast<std::size_t>(k)];
  }
  const torch::Tensor roots = at::linalg_eigvals(companion).contiguous();
  const auto* data = roots.data_ptr<c10::complex<double>>();
  std::vector<std::complex<double>> rates(data, data + count);
  std::sort(rates.begin(), rates.end(), [](const auto& a, const auto& b) {
    return a.real() != b.real() ? a.real() < b.real() : a.imag() < b.imag();
  });
  return rates;
}

FreeStepSizes free_step_sizes(int64_t steps, const ContextSpectrum& spectrum,
                              const torch::Tensor& targets) {
  require(steps >= 1, "free_step_sizes", "steps must be at least 1; got ", steps, '.');
  const torch::Tensor solution =
      least_squares(power_predictions(steps, spectrum), targets.flatten());
  FreeStepSizes sizes;
  for (int64_t k = 0; k < steps; ++k) sizes.coefficients.push_back(solution[k].item<double>());
  sizes.learning_rates = learning_rates_of(sizes.coefficients);
  return sizes;
}

}  // namespace gril

#include "gril/analysis/decompiler/product_sum.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "gril/analysis/decompiler/row_dependence.h"
#include "gril/analysis/decompiler/state_forms.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;

struct Product {
  torch::Tensor first;
  torch::Tensor second;
};

ProductSum rows_of(const ProductSum& sum, const torch::Tensor& rows) {
  return {sum.first.index_select(0, rows), sum.second.index_select(0, rows),
          sum.columns.index_select(0, rows), sum.symmetric};
}

/// Keeps the terms at positions `rows` of those that are left.
void keep(ReducedSum& reduced, const torch::Tensor& rows) {
  reduced.sum = rows_of(reduced.sum, rows);
  std::vector<int64_t> kept;
  for (int64_t i = 0; i < rows.numel(); ++i) {
    kept.push_back(reduced.kept[static_cast<std::size_t>(rows[i].item<int64_t>())]);
  }
  reduced.kept = std::move(kept);
}

void fold_combinations(ReducedSum& reduced) {
  constexpr int64_t kMostNumbers = 20'000'000;
  ProductSum& sum = reduced.sum;
  if (sum.first.numel() * sum.second.size(1) > kMostNumbers) return;
  const torch::Tensor products = sum.first.unsqueeze(2) * sum.second.unsqueeze(1);
  const RowDependence found = row_dependence(
      (sum.symmetric ? symmetrised(products, 1, 2) : products).flatten(1), kTolerance);
  sum.columns = sum.columns.index_add(
      0, found.kept,
      at::matmul(found.coefficients.t(), sum.columns.index_select(0, found.dependent)));
  keep(reduced, found.kept);
}

/// The vectors of a term as ones of one space: behind one another where they read different ones.
Product in_one_space(const ProductSum& sum, int64_t term) {
  const torch::Tensor first = sum.first[term];
  const torch::Tensor second = sum.second[term];
  if (sum.symmetric) return {first, second};
  return {at::constant_pad_nd(first, {0, second.size(0)}),
          at::constant_pad_nd(second, {first.size(0), 0})};
}

/// Back from in_one_space: the factor that lies in the first space comes first.
Product in_two_spaces(const Product& product, int64_t first_size) {
  const auto head = [&](const torch::Tensor& vector) { return vector.narrow(0, 0, first_size); };
  const auto tail = [&](const torch::Tensor& vector) {
    return vector.narrow(0, first_size, vector.size(0) - first_size);
  };
  const double heads = head(product.first).norm().item<double>();
  const double tails = tail(product.first).norm().item<double>();
  return heads > tails ? Product{head(product.first), tail(product.second)}
                       : Product{head(product.second), tail(product.first)};
}

/// sym(a.first ⊗ a.second) + factor · sym(b.first ⊗ b.second) as one product, where it is one: the
/// eigenvalues μ > 0 and -ν < 0 of u and v give (√μ u + √ν v) ⊗ (√μ u - √ν v).
std::optional<Product> single_product(const Product& a, const Product& b, double factor) {
  const torch::Tensor vectors = at::stack({a.first, a.second, b.first, b.second}, 1);
  const torch::Tensor basis = std::get<0>(at::linalg_qr(vectors));
  const torch::Tensor inside = at::matmul(basis.t(), vectors);
  const torch::Tensor form = at::outer(inside.select(1, 0), inside.select(1, 1)) +
                             factor * at::outer(inside.select(1, 2), inside.select(1, 3));
  const auto [values, axes] = at::linalg_eigh(symmetrised(form, 0, 1));
  const int64_t last = values.size(0) - 1;
  const double largest = values.abs().max().item<double>();
  const torch::Tensor between = values.narrow(0, 1, std::max<int64_t>(0, last - 1));
  const double others = between.numel() > 0 ? between.abs().max().item<double>() : 0.0;
  const double highest = values[last].item<double>();
  const double lowest = last > 0 ? values[0].item<double>() : 0.0;
  const double rounding = kTolerance * largest;
  if (others > rounding || lowest > rounding || highest < -rounding) return std::nullopt;
  const torch::Tensor up = std::sqrt(std::max(highest, 0.0)) * at::mv(basis, axes.select(1, last));
  const torch::Tensor down = std::sqrt(std::max(-lowest, 0.0)) * at::mv(basis, axes.select(1, 0));
  return Product{up + down, up - down};
}

/// The factor f with columns[other] = f · columns[term], where there is one.
std::optional<double> parallel_factor(const torch::Tensor& columns, int64_t term, int64_t other) {
  const torch::Tensor base = columns[term];
  const double square = base.square().sum().item<double>();
  if (square == 0.0) return std::nullopt;
  const double factor = (columns[other] * base).sum().item<double>() / square;
  const double rest = (columns[other] - factor * base).norm().item<double>();
  if (rest > kTolerance * columns[other].norm().item<double>()) return std::nullopt;
  return factor;
}

/// Folds term `other` into `term` where the algebra allows; says whether it did.
bool fold_parallel(ProductSum& sum, int64_t term, int64_t other) {
  const auto factor = parallel_factor(sum.columns, term, other);
  if (!factor) return false;
  auto product = single_product(in_one_space(sum, term), in_one_space(sum, other), *factor);
  if (!product) return false;
  if (!sum.symmetric) product = in_two_spaces(*product, sum.first.size(1));
  sum.first[term] = product->first;
  sum.second[term] = product->second;
  return true;
}

/// Pairs whose columns look parallel: a quick look at all of them at once.
torch::Tensor candidate_pairs(const torch::Tensor& columns) {
  constexpr double kNearlyParallel = 1.0 - 1e-9;
  const torch::Tensor units = columns / columns.norm(2, {1}, /*keepdim=*/true).clamp_min(1e-300);
  return (at::matmul(units, units.t()).abs() > kNearlyParallel).triu(1).nonzero();
}

void fold_parallels(ReducedSum& reduced) {
  ProductSum& sum = reduced.sum;
  torch::Tensor left = at::ones({sum.first.size(0)}, at::kBool);
  const torch::Tensor pairs = candidate_pairs(sum.columns);
  for (int64_t i = 0; i < pairs.size(0); ++i) {
    const int64_t term = pairs[i][0].item<int64_t>();
    const int64_t other = pairs[i][1].item<int64_t>();
    if (!left[term].item<bool>() || !left[other].item<bool>()) continue;
    if (fold_parallel(sum, term, other)) left[other] = false;
  }
  keep(reduced, left.nonzero().squeeze(1));
}

}  // namespace

ReducedSum reduced_sum(const ProductSum& sum) {
  ReducedSum reduced;
  reduced.sum = {sum.first.clone(), sum.second.clone(), sum.columns.clone(), sum.symmetric};
  reduced.kept.resize(static_cast<std::size_t>(sum.first.size(0)));
  std::iota(reduced.kept.begin(), reduced.kept.end(), 0);
  fold_combinations(reduced);
  fold_parallels(reduced);
  return reduced;
}

}  // namespace gril

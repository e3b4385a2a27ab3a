#include "gril/analysis/decompiler/head_match.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

#include "gril/analysis/prompt_sample.h"
#include "gril/base/check.h"

namespace gril {
namespace {

torch::Tensor unit_rows(const torch::Tensor& matrices) {
  const torch::Tensor rows = matrices.flatten(1);
  return rows / rows.norm(2, {1}, /*keepdim=*/true).clamp_min(1e-300);
}

/// |cos| of every given matrix with every found one, (given, found).
torch::Tensor cosines(const torch::Tensor& found, const torch::Tensor& given) {
  return at::matmul(unit_rows(given), unit_rows(found).t()).abs();
}

/// Norm of every given matrix's unit vector within the span of the found ones.
torch::Tensor span_cosines(const torch::Tensor& found, const torch::Tensor& given) {
  const torch::Tensor basis = std::get<0>(at::linalg_qr(unit_rows(found).t()));
  return at::matmul(unit_rows(given), basis).norm(2, {1});
}

/// The order of columns with the largest sum along the diagonal.
std::vector<int64_t> best_assignment(const torch::Tensor& scores) {
  std::vector<int64_t> order(static_cast<std::size_t>(scores.size(0)));
  std::iota(order.begin(), order.end(), 0);
  std::vector<int64_t> best = order;
  double highest = -1.0;
  do {
    double sum = 0.0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      sum += scores[static_cast<int64_t>(i)][order[i]].item<double>();
    }
    if (sum > highest) best = order;
    highest = std::max(highest, sum);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

std::vector<double> picked(const torch::Tensor& matrix, const std::vector<int64_t>& columns) {
  std::vector<double> values;
  append(values, matrix.gather(1, at::tensor(columns, at::kLong).unsqueeze(1)).squeeze(1));
  return values;
}

/// The same function with value matrices of norm 1 and of positive product with those of `like`.
AttentionHeads unit_values(const AttentionHeads& heads, const torch::Tensor& like) {
  const torch::Tensor norms = heads.values.flatten(1).norm(2, {1}).clamp_min(1e-300);
  const torch::Tensor agrees = (heads.values * like).flatten(1).sum(1) >= 0;
  const torch::Tensor scale = (at::where(agrees, norms, -norms)).reshape({-1, 1, 1});
  return {heads.values / scale, heads.products * scale};
}

void check(const AttentionHeads& found, const AttentionHeads& given) {
  constexpr int64_t kMostHeads = 8;
  constexpr const char* kWhere = "head_match";
  require(found.values.sizes() == given.values.sizes() &&
              found.products.sizes() == given.products.sizes(),
          kWhere, "found and given heads must have one number and shape; got ",
          found.values.sizes(), " and ", given.values.sizes(), '.');
  require(given.values.size(0) <= kMostHeads, kWhere, "there must be at most ", kMostHeads,
          " heads; got ", given.values.size(0), '.');
}

}  // namespace

HeadMatch match_heads(const AttentionHeads& found, const AttentionHeads& given) {
  check(found, given);
  const torch::Tensor values = cosines(found.values, given.values);
  const torch::Tensor products = cosines(found.products, given.products);
  HeadMatch match;
  match.partner = best_assignment(values * products);
  match.value_cosines = picked(values, match.partner);
  match.query_key_cosines = picked(products, match.partner);
  append(match.value_span_cosines, span_cosines(found.values, given.values));
  append(match.query_key_span_cosines, span_cosines(found.products, given.products));
  return match;
}

AlignedHeads align_heads(const AttentionHeads& found, const AttentionHeads& given,
                         const HeadMatch& match) {
  const torch::Tensor order = at::tensor(match.partner, at::kLong);
  const AttentionHeads partners{found.values.index_select(0, order),
                                found.products.index_select(0, order)};
  return {.found = unit_values(partners, given.values), .given = unit_values(given, given.values)};
}

Json to_json(const HeadMatch& match) {
  return {{"partner", match.partner},
          {"value_cosines", match.value_cosines},
          {"query_key_cosines", match.query_key_cosines},
          {"value_span_cosines", match.value_span_cosines},
          {"query_key_span_cosines", match.query_key_span_cosines}};
}

}  // namespace gril

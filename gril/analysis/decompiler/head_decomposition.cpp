#include "gril/analysis/decompiler/head_decomposition.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "gril/base/check.h"
#include "gril/base/seed.h"

namespace gril {
namespace {

constexpr const char* kWhere = "head_decomposition";

/// One matrix per head, X^h (p, d), stored as (p, H, d). With a width they are products of
/// left (p, H, w) and right (H, w, d). V is such a factor with p = m, Mᵀ one with p = d.
struct Factor {
  torch::Tensor product;
  torch::Tensor left = {};
  torch::Tensor right = {};
};

/// What all X together shall minimise: tr(X G Xᵀ) − 2 tr(R Xᵀ), X as (p, H·d).
struct Quadratic {
  torch::Tensor gram;    ///< G, (H·d, H·d)
  torch::Tensor target;  ///< R, (p, H·d)
};

torch::Tensor pseudo_inverse(const torch::Tensor& gram) {
  constexpr double kRankTolerance = 1e-14;
  return at::linalg_pinv(gram, kRankTolerance, /*hermitian=*/true);
}

/// G and R of one factor while `other` (q, H, d) is fixed. unfolded[r, a, (q', b)] is T with the
/// rows of the wanted factor first and those of the other with its feature last.
Quadratic quadratic(const torch::Tensor& unfolded, const torch::Tensor& other) {
  const int64_t heads = other.size(1);
  const int64_t d = other.size(2);
  const torch::Tensor flat = other.permute({1, 0, 2}).flatten(1);
  const torch::Tensor inner = at::matmul(flat, flat.t()).reshape({heads, 1, heads, 1});
  const torch::Tensor direct = inner * at::eye(d, at::kDouble).reshape({1, d, 1, d});
  const torch::Tensor crossed = at::einsum("qhe,qga->hage", {other, other});
  Quadratic result;
  result.gram = 0.5 * (direct + crossed).reshape({heads * d, heads * d});
  result.target = at::einsum("raf,hf->rha", {unfolded, flat}).flatten(1);
  return result;
}

torch::Tensor block_diagonal(const torch::Tensor& right) {
  const int64_t heads = right.size(0);
  const torch::Tensor same = at::eye(heads, at::kDouble).reshape({heads, 1, heads, 1});
  return (right.unsqueeze(2) * same).flatten(2).flatten(0, 1);
}

void improve_left(Factor& factor, const Quadratic& wanted) {
  const torch::Tensor right = block_diagonal(factor.right);
  const torch::Tensor gram = at::matmul(right, at::matmul(wanted.gram, right.t()));
  factor.left = at::matmul(at::matmul(wanted.target, right.t()), pseudo_inverse(gram))
                    .reshape(factor.left.sizes());
}

void improve_right(Factor& factor, const Quadratic& wanted) {
  const int64_t heads = factor.right.size(0);
  const int64_t width = factor.right.size(1);
  const int64_t d = factor.right.size(2);
  const torch::Tensor lefts = at::einsum("phi,pgj->higj", {factor.left, factor.left});
  const torch::Tensor gram = wanted.gram.reshape({heads, 1, d, heads, 1, d}) *
                             lefts.reshape({heads, width, 1, heads, width, 1});
  const torch::Tensor target = at::einsum(
      "phi,pha->hia", {factor.left, wanted.target.reshape({factor.left.size(0), heads, d})});
  const int64_t unknowns = heads * width * d;
  factor.right =
      at::mv(pseudo_inverse(gram.reshape({unknowns, unknowns})), target.reshape({unknowns}))
          .reshape({heads, width, d});
}

/// The best X for the quadratic; with a width the best left and then the best right.
void improve(Factor& factor, const Quadratic& wanted) {
  if (!factor.left.defined()) {
    factor.product =
        at::matmul(wanted.target, pseudo_inverse(wanted.gram)).reshape(factor.product.sizes());
    return;
  }
  improve_left(factor, wanted);
  improve_right(factor, wanted);
  factor.product = at::einsum("phi,hia->pha", {factor.left, factor.right});
}

/// A start with the given matrices, cut to `width` by their singular vectors.
Factor factor_of(const torch::Tensor& product, int64_t width) {
  Factor factor{.product = product};
  if (width == 0) return factor;
  const auto [u, s, vh] = at::linalg_svd(product.permute({1, 0, 2}), /*full_matrices=*/false);
  const int64_t rank = std::min<int64_t>(width, s.size(1));
  const torch::Tensor left = u.narrow(2, 0, rank) * s.narrow(1, 0, rank).unsqueeze(1);
  factor.left = at::constant_pad_nd(left, {0, width - rank}).permute({1, 0, 2}).contiguous();
  factor.right = at::constant_pad_nd(vh.narrow(1, 0, rank), {0, 0, 0, width - rank}).contiguous();
  factor.product = at::einsum("phi,hia->pha", {factor.left, factor.right});
  return factor;
}

/// V as (m, H, d) and Mᵀ as (d, H, d) out of the singular vectors of T as a matrix (m·d, d·d).
std::pair<torch::Tensor, torch::Tensor> singular_start(const torch::Tensor& tensor, int64_t heads) {
  const int64_t m = tensor.size(0);
  const int64_t d = tensor.size(1);
  const auto [u, s, vh] = at::linalg_svd(tensor.reshape({m * d, d * d}), /*full_matrices=*/false);
  const torch::Tensor values = u.narrow(1, 0, heads) * s.narrow(0, 0, heads);
  return {values.reshape({m, d, heads}).permute({0, 2, 1}).contiguous(),
          vh.narrow(0, 0, heads).reshape({heads, d, d}).permute({2, 0, 1}).contiguous()};
}

std::pair<torch::Tensor, torch::Tensor> random_start(const torch::Tensor& tensor, int64_t heads,
                                                     uint64_t seed, int64_t index) {
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(
      child_seed(seed, "heads", static_cast<uint64_t>(index)));
  const auto draw = [&](int64_t rows) {
    return at::empty({rows, heads, tensor.size(1)}, at::kDouble).normal_(0, 1, generator);
  };
  const torch::Tensor values = draw(tensor.size(0));
  return {values, draw(tensor.size(1))};
}

/// V (m, H, d) and Mᵀ (d, H, d) as heads.
AttentionHeads heads_of(const torch::Tensor& values, const torch::Tensor& transposed_products) {
  return {values.permute({1, 0, 2}), transposed_products.permute({1, 2, 0})};
}

HeadDecomposition run_start(const torch::Tensor& tensor, const HeadOptions& options,
                            const std::pair<torch::Tensor, torch::Tensor>& start) {
  const torch::Tensor by_output = tensor.permute({0, 1, 3, 2}).flatten(2);
  const torch::Tensor by_query = tensor.permute({3, 2, 0, 1}).flatten(2);
  const double size = tensor.norm().item<double>();
  Factor values = factor_of(start.first, options.width);
  Factor products = factor_of(start.second, options.width);
  HeadDecomposition result;
  result.distance = std::numeric_limits<double>::infinity();
  while (result.sweeps < options.most_sweeps && !result.converged) {
    improve(values, quadratic(by_output, products.product));
    improve(products, quadratic(by_query, values.product));
    result.heads = heads_of(values.product, products.product);
    const double before = result.distance;
    result.distance = (tensor - attention_tensor(result.heads)).norm().item<double>() / size;
    result.converged = result.distance < options.tolerance ||
                       before - result.distance < options.tolerance * result.distance;
    ++result.sweeps;
  }
  return result;
}

/// The largest entry of every value matrix becomes positive: one sign per head is free.
void fix_signs(AttentionHeads& heads) {
  const torch::Tensor flat = heads.values.flatten(1);
  const torch::Tensor largest = flat.gather(1, flat.abs().argmax(1, /*keepdim=*/true));
  const torch::Tensor signs = largest.sign().unsqueeze(2);
  heads.values = heads.values * signs;
  heads.products = heads.products * signs;
}

/// Removes what the function does not determine: the scale between V and M, the order of heads and,
/// where no width holds them apart, their mixture, in favour of orthogonal heads.
AttentionHeads canonical(const AttentionHeads& heads, int64_t width) {
  AttentionHeads result = heads;
  if (width == 0) {
    const torch::Tensor sum = at::matmul(heads.values.flatten(1).t(), heads.products.flatten(1));
    const auto [u, s, vh] = at::linalg_svd(sum, /*full_matrices=*/false);
    const int64_t count = heads.values.size(0);
    result.values = u.narrow(1, 0, count).t().reshape(heads.values.sizes());
    result.products = (s.narrow(0, 0, count).unsqueeze(1) * vh.narrow(0, 0, count))
                          .reshape(heads.products.sizes());
  } else {
    const torch::Tensor norms = heads.values.flatten(1).norm(2, {1}).reshape({-1, 1, 1});
    result = {heads.values / norms, heads.products * norms};
    const torch::Tensor order = result.products.flatten(1).norm(2, {1}).argsort(0, true);
    result = {result.values.index_select(0, order), result.products.index_select(0, order)};
  }
  fix_signs(result);
  return result;
}

void check(const torch::Tensor& tensor, const HeadOptions& options) {
  const int64_t d = tensor.size(1);
  const int64_t most = std::min(tensor.size(0) * d, d * d);
  require(options.heads >= 1 && options.heads <= most, kWhere, "heads must lie in 1 … ", most,
          ", beyond which every tensor is reached; got ", options.heads, '.');
  require(options.width >= 0 && options.starts >= 1 && options.most_sweeps >= 1, kWhere,
          "width must be at least 0, starts and most_sweeps at least 1; got ", options.width, ", ",
          options.starts, " and ", options.most_sweeps, '.');
  require((tensor != 0).any().item<bool>(), kWhere,
          "the trilinear tensor must have entries other than 0; got none: no product of a "
          "remembered and a current token reaches an output.");
}

}  // namespace

HeadDecomposition nearest_heads(const torch::Tensor& tensor, const HeadOptions& options) {
  check(tensor, options);
  HeadDecomposition best;
  std::vector<double> distances;
  for (int64_t start = 0; start < options.starts; ++start) {
    const HeadDecomposition found =
        run_start(tensor, options,
                  start == 0 ? singular_start(tensor, options.heads)
                             : random_start(tensor, options.heads, options.seed, start));
    if (start == 0 || found.distance < best.distance) best = found;
    distances.push_back(found.distance);
  }
  best.start_distances = distances;
  best.heads = canonical(best.heads, options.width);
  return best;
}

Json to_json(const HeadDecomposition& decomposition) {
  return {{"heads", to_json(decomposition.heads)},
          {"distance", decomposition.distance},
          {"sweeps", decomposition.sweeps},
          {"converged", decomposition.converged},
          {"start_distances", decomposition.start_distances}};
}

}  // namespace gril

#include "gril/analysis/decompiler/function_modes.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "gril/analysis/prompt_sample.h"
#include "gril/analysis/tensor_json.h"

namespace gril {
namespace {

/// y_k = xᵀ own_k x + xᵀ crossed_k z + terms without x, for the vector x that is looked at.
struct ReadVector {
  torch::Tensor own;      ///< (outputs, D², D²), symmetric
  torch::Tensor crossed;  ///< (outputs, D², D²)
  torch::Tensor looked;   ///< x of every counted output, (N, D²)
  torch::Tensor other;    ///< z, (N, D²)
};

torch::Tensor as_matrices(const torch::Tensor& kernel) {
  return kernel.flatten(3, 4).flatten(1, 2);
}

/// xa xaᵀ of every token, (B, T, D²).
torch::Tensor token_pairs(const torch::Tensor& tokens) {
  const torch::Tensor augmented = augmented_tokens(tokens);
  return (augmented.unsqueeze(3) * augmented.unsqueeze(2)).flatten(2);
}

torch::Tensor remembered(const torch::Tensor& pairs, double eigenvalue) {
  std::vector<torch::Tensor> sums{pairs.select(1, 0)};
  for (int64_t t = 1; t < pairs.size(1); ++t) {
    sums.push_back(eigenvalue * sums.back() + pairs.select(1, t));
  }
  return at::stack(sums, 1);
}

/// The first of every group of equal numbers in an ascending row, then their count.
std::vector<int64_t> group_starts(const torch::Tensor& ascending) {
  // Far above rounding, which turns vectors by machine precision over the gap to the next number.
  constexpr double kEqual = 1e-9;
  const torch::Tensor numbers = ascending.contiguous();
  const double* number = numbers.data_ptr<double>();
  const int64_t count = numbers.numel();
  std::vector<int64_t> starts{0};
  for (int64_t i = 1; i < count; ++i) {
    if (number[i] - number[i - 1] > kEqual * number[count - 1]) starts.push_back(i);
  }
  starts.push_back(count);
  return starts;
}

/// Directions of one singular value are known only as a space: in it, those along which x is
/// uncorrelated, the weakest first.
torch::Tensor uncorrelated(const torch::Tensor& units, const torch::Tensor& looked) {
  const torch::Tensor shares = at::matmul(looked, units);
  return at::matmul(units, std::get<1>(at::linalg_eigh(at::matmul(shares.t(), shares))));
}

/// Directions with a part in the function, one per column, and their singular values.
std::pair<torch::Tensor, torch::Tensor> directions(const ReadVector& read) {
  constexpr double kRounding = 1e-13;
  const torch::Tensor rows = at::cat({read.own, read.crossed}, 2).permute({1, 0, 2}).flatten(1);
  const auto [all_squares, vectors] = at::linalg_eigh(at::matmul(rows, rows.t()));
  const int64_t count = (all_squares > kRounding * all_squares.max()).sum().item<int64_t>();
  const int64_t first = all_squares.size(0) - count;
  const torch::Tensor squares = all_squares.narrow(0, first, count);
  const torch::Tensor units = vectors.narrow(1, first, count);
  const std::vector<int64_t> starts = group_starts(squares);
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
    torch::Tensor group = units.narrow(1, starts[i], starts[i + 1] - starts[i]);
    if (group.size(1) > 1) group.copy_(uncorrelated(group, read.looked));
  }
  return {squares.sqrt().flip({0}), units.flip({1})};
}

/// Without the direction u, x becomes x - u z with z = ⟨u, x⟩ and y changes by
/// -2 z uᵀ own x + z² uᵀ own u - z uᵀ crossed z.
FunctionModes modes_of(const ReadVector& read, double mean_square) {
  const auto [singular_values, units] = directions(read);
  const torch::Tensor shares = at::matmul(read.looked, units);
  torch::Tensor changes = at::zeros({units.size(1)}, at::kDouble);
  for (int64_t k = 0; k < read.own.size(0); ++k) {
    const torch::Tensor own = at::matmul(read.own[k], units);
    const torch::Tensor crossed = at::matmul(read.crossed[k].t(), units);
    const torch::Tensor slope =
        2.0 * at::matmul(read.looked, own) + at::matmul(read.other, crossed);
    const torch::Tensor curvature = (units * own).sum(0);
    changes += (shares * (slope - shares * curvature)).square().sum(0);
  }
  const auto outputs = static_cast<double>(read.own.size(0) * read.looked.size(0));
  FunctionModes modes;
  append(modes.singular_values, singular_values);
  append(modes.influence, changes / (outputs * mean_square));
  return modes;
}

/// What both functions need: S and P of the counted outputs and the outputs' mean square.
struct Moments {
  torch::Tensor memory;
  torch::Tensor current;
  double mean_square = 0.0;
};

Moments moments_of(const PolynomialKernels& kernels, double memory_eigenvalue,
                   const SampleSequences& sequences) {
  const torch::Tensor pairs = token_pairs(sequences.tokens);
  Moments moments{counted(sequences, remembered(pairs, memory_eigenvalue)),
                  counted(sequences, pairs)};
  double square = 0.0;
  for (int64_t k = 0; k < kernels.memory_query.size(0); ++k) {
    const auto paired = [&](const torch::Tensor& kernel, const torch::Tensor& left,
                            const torch::Tensor& right) {
      return (at::matmul(left, kernel[k].flatten(2).flatten(0, 1)) * right).sum(1);
    };
    square += (paired(kernels.memory_memory, moments.memory, moments.memory) +
               paired(kernels.memory_query, moments.memory, moments.current) +
               paired(kernels.query_query, moments.current, moments.current))
                  .square()
                  .mean()
                  .item<double>();
  }
  moments.mean_square = square / static_cast<double>(kernels.memory_query.size(0));
  return moments;
}

}  // namespace

int64_t FunctionModes::count_above(double threshold) const {
  return std::count_if(influence.begin(), influence.end(),
                       [&](double share) { return share > threshold; });
}

FunctionModes memory_modes(const PolynomialKernels& kernels, double memory_eigenvalue,
                           const SampleSequences& sequences) {
  const Moments moments = moments_of(kernels, memory_eigenvalue, sequences);
  return modes_of({as_matrices(kernels.memory_memory), as_matrices(kernels.memory_query),
                   moments.memory, moments.current},
                  moments.mean_square);
}

FunctionModes query_modes(const PolynomialKernels& kernels, double memory_eigenvalue,
                          const SampleSequences& sequences) {
  const Moments moments = moments_of(kernels, memory_eigenvalue, sequences);
  return modes_of(
      {as_matrices(kernels.query_query), as_matrices(kernels.memory_query).transpose(1, 2),
       moments.current, moments.memory},
      moments.mean_square);
}

Json to_json(const FunctionModes& modes) {
  return {{"singular_values", modes.singular_values}, {"influence", modes.influence}};
}

}  // namespace gril

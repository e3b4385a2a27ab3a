#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "gril/analysis/prompt_sample.h"
#include "gril/analysis/steps/token_stack.h"

namespace gril {

/// The kinds of path by which a prediction of a stack of K layers comes about:
///
///     token             a linear map of the last token
///     step 1 … step K   values and keys read off tokens; the query went through n layers, this one
///                       included: G A^{n-1} q in gradient descent (gril.md, 3.2)
///     value, key        a value (a key) is the output of an earlier layer at the same token, which
///                       saw its prefix only: the causal residual route, which is not descent (3.3)
///     value and key     both are
///
/// A query that carries a path of the last three kinds keeps its kind.
std::vector<std::string> path_kinds(int64_t layers);

/// The parts of a prediction, kinds × layers: the part of kind κ that layer j hands to the output.
/// Their sum is the prediction. What a layer hands on to a later one counts there. The token's own
/// part stands in layer 0.
struct PathParts {
  torch::Tensor parts;  ///< (kinds, 1 + K, B, m), at the last token
};

/// tokens (B, T, D), float64. Cost: about K + 6 scans per layer.
PathParts path_parts(const TokenStack& stack, const torch::Tensor& tokens);

/// How much of the predictions each part makes, over a sample of prompts.
struct PathShares {
  torch::Tensor shares;       ///< ⟨part, ŷ⟩ / ⟨ŷ, ŷ⟩, (kinds, 1 + K): sums to 1
  torch::Tensor sizes;        ///< rms(Σ_j part) / rms(ŷ) per kind, (kinds)
  torch::Tensor layer_sizes;  ///< rms(part) / rms(ŷ), (kinds, 1 + K)
};
PathShares path_shares(const TokenStack& stack, const LinearRegression& task,
                       const PromptSample& sample);

}  // namespace gril

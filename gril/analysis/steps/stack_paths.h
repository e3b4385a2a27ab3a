#pragma once

#include <optional>

#include "gril/analysis/metric_list.h"
#include "gril/analysis/steps/descent_chain.h"
#include "gril/analysis/steps/descent_polynomial.h"
#include "gril/analysis/steps/path_shares.h"

namespace gril {

/// One number of steps n of a stack: all its chains of n layers beside G A^{n-1} q.
struct StackDegree {
  ChainComparison newest;    ///< at the age of the newest example
  ChainComparison oldest;    ///< after all decay
  double coefficient = 0.0;  ///< c_n = ± scale · Nⁿ, newest example, - for even n
};

/// One chain on its own.
struct StackChain {
  std::vector<int64_t> layers;  ///< 1 … K, ascending
  double coefficient = 0.0;     ///< its part of c_n
  double cosine = 0.0;
};

/// What the weights of a stack of GRIL layers say: how near its chains are to those of gradient
/// descent, with which step sizes, and how much of its predictions takes other paths. Chains are
/// compared as tensors whose features are in units of their root mean square on the task's prompts
/// (token_scales), so no entry counts that the prompts never excite; the other paths, of which some
/// are not linear in the examples, by their parts of the predictions on prompts. Both are the same
/// in every basis of the stream and of the heads, and for every split of a factor between maps.
struct StackPaths {
  std::vector<StackDegree> degrees;  ///< n = 1 … K
  std::vector<StackChain> chains;    ///< of one layer, of two, …
  DescentPolynomial polynomial;      ///< c_1 … c_K
  PathShares shares;
};

/// Why there are no paths to follow, or nothing.
std::optional<std::string> stack_paths_obstacle(const SequenceModel& model,
                                                const LinearRegression& task);

/// The model and the task must have no obstacle.
StackPaths stack_paths(const SequenceModel& model, const LinearRegression& task,
                       const PromptSample& sample);

/// The file paths.json; the format is in gril/analysis/README.md.
Json to_json(const StackPaths& paths, int64_t prompts);

/// Step sizes, cosines and shares.
void add_metrics(MetricList& list, const StackPaths& paths);

}  // namespace gril

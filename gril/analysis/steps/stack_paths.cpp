#include "gril/analysis/steps/stack_paths.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "gril/analysis/steps/step_fit.h"
#include "gril/analysis/tensor_json.h"
#include "gril/base/check.h"

namespace gril {
namespace {

/// The chains of one length, at the age of one example.
std::vector<DescentChain> chains_of(const TokenStack& stack, const TokenScales& scales,
                                    int64_t length, int64_t updates_ago) {
  std::vector<DescentChain> chains;
  for (const auto& layers : layer_choices(static_cast<int64_t>(stack.layers.size()), length)) {
    chains.push_back(scaled(descent_chain(stack, layers, updates_ago), scales));
  }
  return chains;
}

void add_degree(StackPaths& paths, const TokenStack& stack, const LinearRegression& task,
                const TokenScales& scales, int64_t length) {
  const LinearRegressionOptions& options = task.options();
  const DescentChain ideal = scaled(ideal_chain(options, length), scales);
  const double sign = length % 2 == 1 ? 1.0 : -1.0;
  const double means = sign * std::pow(static_cast<double>(options.examples), length);
  const auto newest = chains_of(stack, scales, length, 0);
  StackDegree degree;
  degree.newest = compare_chains(newest, ideal);
  degree.oldest = compare_chains(chains_of(stack, scales, length, options.examples - 1), ideal);
  degree.coefficient = degree.newest.scale * means;
  paths.degrees.push_back(degree);
  paths.polynomial.coefficients.push_back(degree.coefficient);
  const auto choices = layer_choices(static_cast<int64_t>(stack.layers.size()), length);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const ChainComparison alone = compare_chains({newest[i]}, ideal);
    paths.chains.push_back({choices[i], alone.scale * means, alone.cosine});
  }
}

/// Of a kind over all layers.
Json kind_json(const PathShares& shares, std::size_t kind, const std::string& name) {
  const auto row = static_cast<int64_t>(kind);
  return {{"name", name},
          {"share", shares.shares[row].sum().item<double>()},
          {"size", shares.sizes[row].item<double>()},
          {"size_by_layer", vector_json(shares.layer_sizes[row])}};
}

Json degree_json(const StackDegree& degree, std::size_t steps) {
  return {{"steps", steps},
          {"coefficient", degree.coefficient},
          {"cosine", degree.newest.cosine},
          {"scale", degree.newest.scale},
          {"scale_oldest", degree.oldest.scale},
          {"cosine_oldest", degree.oldest.cosine}};
}

}  // namespace

std::optional<std::string> stack_paths_obstacle(const SequenceModel& model,
                                                const LinearRegression& task) {
  if (task.layout() != TokenLayout::kWindowed && task.layout() != TokenLayout::kPairs) {
    return concatenate("tokens in layout ", token_layout_name(task.layout()),
                       " do not show a whole example; the paths are followed for one token");
  }
  if (task.options().segments > 1) {
    return "tokens also name the segment of an example; the paths are followed for examples alone";
  }
  return token_stack_obstacle(model);
}

StackPaths stack_paths(const SequenceModel& model, const LinearRegression& task,
                       const PromptSample& sample) {
  const at::NoGradGuard no_gradients;
  const TokenStack stack = token_stack(model);
  const TokenScales scales = token_scales(task);
  StackPaths paths;
  for (std::size_t length = 1; length <= stack.layers.size(); ++length) {
    add_degree(paths, stack, task, scales, static_cast<int64_t>(length));
  }
  paths.shares = path_shares(stack, task, sample);
  return paths;
}

Json to_json(const StackPaths& paths, int64_t prompts) {
  Json degrees = Json::array();
  for (std::size_t n = 0; n < paths.degrees.size(); ++n) {
    degrees.push_back(degree_json(paths.degrees[n], n + 1));
  }
  Json chains = Json::array();
  for (const StackChain& chain : paths.chains) {
    chains.push_back(
        {{"layers", chain.layers}, {"coefficient", chain.coefficient}, {"cosine", chain.cosine}});
  }
  Json kinds = Json::array();
  const auto names = path_kinds(static_cast<int64_t>(paths.degrees.size()));
  for (std::size_t kind = 0; kind < names.size(); ++kind) {
    kinds.push_back(kind_json(paths.shares, kind, names[kind]));
  }
  Json result = {{"applies", true},    {"layers", paths.degrees.size()},
                 {"prompts", prompts}, {"degrees", degrees},
                 {"chains", chains},   {"paths", kinds}};
  result.update(step_sizes_json(paths.polynomial));
  return result;
}

void add_metrics(MetricList& list, const StackPaths& paths) {
  const auto sizes = step_sizes(paths.polynomial);
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    list.add(concatenate("weights_step_size_", k + 1), sizes[k].real(), "η",
             concatenate("step size ", k + 1, " by ascending size, read off the weights"));
  }
  double steps = 0.0;
  for (std::size_t n = 1; n <= paths.degrees.size(); ++n) {
    list.add(
        concatenate("path_cosine_", n), paths.degrees[n - 1].newest.cosine, "cosine",
        concatenate("between the paths through ", n,
                    " layers with values and keys from tokens, and those of gradient descent"));
    steps += paths.shares.shares[static_cast<int64_t>(n)].sum().item<double>();
  }
  list.add("descent_path_share", steps, "share",
           "part of the predictions that takes paths of gradient descent");
  const torch::Tensor others =
      paths.shares.sizes.narrow(0, static_cast<int64_t>(paths.degrees.size()) + 1, 3);
  list.add("residual_path_size", others.max().item<double>(), "share",
           "largest of the paths with a value or key from an earlier layer, rms over that of the "
           "predictions");
}

}  // namespace gril

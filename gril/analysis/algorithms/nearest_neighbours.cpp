#include "gril/analysis/algorithms/nearest_neighbours.h"

#include <ATen/ATen.h>

#include <limits>

#include "gril/analysis/algorithms/parameter_search.h"
#include "gril/base/check.h"
#include "gril/evaluation/loss.h"

namespace gril {
namespace {

/// The mean of the k nearest out of nearest_means, (B, m).
torch::Tensor mean_of(const torch::Tensor& means, int64_t neighbours) {
  require(neighbours <= means.size(1), "nearest_neighbours",
          "a prompt must have at least as many examples as neighbours; got ", means.size(1),
          " and ", neighbours, '.');
  return means.select(1, neighbours - 1);
}

torch::Tensor smoothed_scores(const NearestNeighbours& method, const torch::Tensor& means) {
  const auto count = static_cast<double>(method.neighbours);
  const auto classes = static_cast<double>(means.size(2));
  const torch::Tensor counts = count * mean_of(means, method.neighbours);
  return ((counts + method.smoothing) / (count + method.smoothing * classes)).log();
}

double mean_loss(LossKind kind, const torch::Tensor& predictions, const torch::Tensor& targets) {
  return position_losses(kind, predictions, targets).mean().item<double>();
}

}  // namespace

torch::Tensor nearest_means(const Prompts& prompts) {
  const torch::Tensor distances =
      (prompts.context_inputs - prompts.query_inputs.unsqueeze(1)).square().sum(2);
  const torch::Tensor order = std::get<1>(at::sort(distances, /*stable=*/true, 1, false));
  const torch::Tensor& targets = prompts.context_targets;
  const torch::Tensor sorted =
      at::gather(targets, 1, order.unsqueeze(2).expand({-1, -1, targets.size(2)}));
  const torch::Tensor counts = at::arange(1, targets.size(1) + 1, targets.options());
  return sorted.cumsum(1) / counts.unsqueeze(1);
}

torch::Tensor nearest_predictions(const NearestNeighbours& method, const Prompts& prompts) {
  return mean_of(nearest_means(prompts), method.neighbours);
}

torch::Tensor nearest_scores(const NearestNeighbours& method, const Prompts& prompts) {
  return smoothed_scores(method, nearest_means(prompts));
}

NearestNeighbours tuned_for_numbers(const Prompts& tuning) {
  const torch::Tensor means = nearest_means(tuning);
  NearestNeighbours best;
  double least = std::numeric_limits<double>::infinity();
  for (int64_t k = 1; k <= means.size(1); ++k) {
    const double loss = mean_loss(LossKind::kMeanSquaredError, mean_of(means, k), tuning.targets);
    if (loss < least) best.neighbours = k;
    least = std::min(least, loss);
  }
  return best;
}

NearestNeighbours tuned_for_classes(const Prompts& tuning) {
  const torch::Tensor means = nearest_means(tuning);
  NearestNeighbours best;
  double least = std::numeric_limits<double>::infinity();
  for (int64_t k = 1; k <= means.size(1); ++k) {
    const auto loss = [&](double smoothing) {
      return mean_loss(LossKind::kCrossEntropy, smoothed_scores({k, smoothing}, means),
                       tuning.targets);
    };
    constexpr ParameterRange kSmoothing{.low = 1e-3, .high = 1e3, .points = 25, .tolerance = 1e-3};
    const double smoothing = parameter_of_least_loss(loss, kSmoothing);
    const double found = loss(smoothing);
    if (found < least) best = {k, smoothing};
    least = std::min(least, found);
  }
  return best;
}

}  // namespace gril

#include "gril/evaluation/sequence_sums.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/evaluation/counted_outputs.h"
#include "gril/evaluation/loss.h"

namespace gril {
namespace {

/// Outputs beside their targets, position by position. K positions: 1 or T.
struct Positioned {
  torch::Tensor predictions;  ///< (B, K, m)
  torch::Tensor targets;      ///< (B, K, m) numbers or (B, K) classes
  torch::Tensor counts;       ///< (B, K) float64, 1 where the position counts, otherwise 0
};

/// Targets (B, K, …), 0 where they do not count, and where they do.
Positioned positioned_targets(const Scoring& scoring, const Batch& batch) {
  Positioned result;
  result.targets =
      scoring.positions == Positions::kLast ? batch.targets.unsqueeze(1) : batch.targets;
  const std::vector<int64_t> places = {result.targets.size(0), result.targets.size(1)};
  result.counts = at::ones(places, result.targets.options().dtype(at::kDouble));
  if (scoring.positions == Positions::kLast) return result;
  const torch::Tensor counted = counted_tokens(scoring, batch);
  if (!counted.defined()) return result;
  const torch::Tensor left_out = counted.logical_not();
  result.counts.masked_fill_(left_out, 0);
  result.targets =
      result.targets.masked_fill(result.targets.dim() == 3 ? left_out.unsqueeze(2) : left_out, 0);
  return result;
}

Positioned positioned(const Scoring& scoring, const torch::Tensor& output, const Batch& batch) {
  Positioned result = positioned_targets(scoring, batch);
  result.predictions =
      scoring.positions == Positions::kLast ? last_outputs(output, batch).unsqueeze(1) : output;
  const bool classes = scoring.loss == LossKind::kCrossEntropy;
  const auto wanted = classes ? result.predictions.sizes().slice(0, 2) : result.predictions.sizes();
  require(result.targets.sizes() == wanted, "evaluate", "the ", classes ? "classes" : "targets",
          " of these outputs must have the shape ", wanted, "; got ", result.targets.sizes(), ".");
  return result;
}

}  // namespace

torch::Tensor target_mean(const Scoring& scoring, const Batch& batch) {
  if (scoring.loss == LossKind::kCrossEntropy) return {};
  const Positioned scored = positioned_targets(scoring, batch);
  return scored.targets.to(torch::kDouble).sum(at::IntArrayRef({0, 1})) / scored.counts.sum();
}

SequenceSums sequence_sums(const Scoring& scoring, const torch::Tensor& output, const Batch& batch,
                           const torch::Tensor& mean) {
  const Positioned scored = positioned(scoring, output, batch);
  const auto sum = [&](const torch::Tensor& values) { return (values * scored.counts).sum(1); };
  SequenceSums sums;
  sums.positions = scored.counts.sum(1);
  sums.loss = sum(position_losses(scoring.loss, scored.predictions, scored.targets));
  if (scoring.loss == LossKind::kCrossEntropy) {
    sums.hits = sum(scored.predictions.argmax(2).eq(scored.targets).to(torch::kDouble));
  } else {
    sums.deviations = sum((scored.targets.to(torch::kDouble) - mean).square().mean({2}));
  }
  return sums;
}

SequenceSums add(const SequenceSums& a, const SequenceSums& b) {
  const auto both = [&](torch::Tensor SequenceSums::*member) {
    return (a.*member).defined() ? (a.*member) + (b.*member) : torch::Tensor();
  };
  return {both(&SequenceSums::positions), both(&SequenceSums::loss),
          both(&SequenceSums::deviations), both(&SequenceSums::hits)};
}

SequenceSums join(const std::vector<SequenceSums>& parts) {
  const auto joined = [&](torch::Tensor SequenceSums::*member) {
    std::vector<torch::Tensor> pieces;
    for (const SequenceSums& part : parts) pieces.push_back(part.*member);
    return pieces.front().defined() ? at::cat(pieces) : torch::Tensor();
  };
  return {joined(&SequenceSums::positions), joined(&SequenceSums::loss),
          joined(&SequenceSums::deviations), joined(&SequenceSums::hits)};
}

}  // namespace gril

#include "gril/evaluation/loss.h"

#include <ATen/ATen.h>

#include "gril/evaluation/counted_outputs.h"

namespace gril {
namespace {

/// Broadcasting would hide a mistake.
void check_one_shape(const torch::Tensor& predictions, const torch::Tensor& targets) {
  TORCH_CHECK_VALUE(predictions.sizes() == targets.sizes(),
                    "[loss] predictions and targets must have one shape; got ", predictions.sizes(),
                    " and ", targets.sizes(), ".");
}

torch::Tensor loss_of(LossKind kind, const torch::Tensor& predictions,
                      const torch::Tensor& targets) {
  switch (kind) {
    case LossKind::kHalfSquaredError:
      return half_squared_error(predictions, targets);
    case LossKind::kMeanSquaredError:
      return mean_squared_error(predictions, targets);
    case LossKind::kCrossEntropy:
      break;
  }
  return cross_entropy(predictions, targets);
}

/// One of three words, by where the outputs count.
const char* by_positions(Positions positions, const char* last, const char* every,
                         const char* marked) {
  if (positions == Positions::kLast) return last;
  return positions == Positions::kEvery ? every : marked;
}

}  // namespace

torch::Tensor half_squared_error(const torch::Tensor& predictions, const torch::Tensor& targets) {
  return mean_squared_error(predictions, targets).mul(0.5);
}

torch::Tensor mean_squared_error(const torch::Tensor& predictions, const torch::Tensor& targets) {
  check_one_shape(predictions, targets);
  return at::mse_loss(predictions, targets);
}

torch::Tensor cross_entropy(const torch::Tensor& predictions, const torch::Tensor& targets) {
  const bool fits = predictions.dim() == targets.dim() + 1 &&
                    predictions.sizes().slice(0, targets.dim()) == targets.sizes();
  TORCH_CHECK_VALUE(fits && targets.scalar_type() == at::kLong,
                    "[loss] classes must be int64 and have the shape of the predictions without "
                    "their last axis; got ",
                    targets.sizes(), " of ", targets.scalar_type(), " and ", predictions.sizes(),
                    ".");
  return at::cross_entropy_loss(predictions.reshape({-1, predictions.size(-1)}), targets.flatten());
}

torch::Tensor position_losses(LossKind kind, const torch::Tensor& predictions,
                              const torch::Tensor& targets) {
  if (kind == LossKind::kCrossEntropy) {
    const torch::Tensor log_shares = predictions.to(at::kDouble).log_softmax(-1);
    return log_shares.gather(-1, targets.unsqueeze(-1)).squeeze(-1).neg();
  }
  check_one_shape(predictions, targets);
  const torch::Tensor squares = (predictions - targets).to(at::kDouble).square().mean({-1});
  return kind == LossKind::kHalfSquaredError ? squares.mul(0.5) : squares;
}

std::string loss_convention(const Scoring& scoring) {
  const auto text = [&](const char* last, const char* every, const char* marked) {
    return std::string(by_positions(scoring.positions, last, every, marked));
  };
  switch (scoring.loss) {
    case LossKind::kHalfSquaredError:
      return "half squared error, mean over " +
             text("outputs", "time and outputs", "marked tokens and outputs");
    case LossKind::kMeanSquaredError:
      return "mean squared error over " +
             text("batch and outputs", "time, batch and outputs", "marked tokens and outputs");
    case LossKind::kCrossEntropy:
      break;
  }
  return "cross-entropy in nats, " +
         text("last token", "mean over tokens", "mean over marked tokens");
}

torch::Tensor scored_loss(const Scoring& scoring, const torch::Tensor& output, const Batch& batch) {
  if (scoring.positions == Positions::kLast) {
    return loss_of(scoring.loss, last_outputs(output, batch), batch.targets);
  }
  const torch::Tensor counted = counted_tokens(scoring, batch);
  if (!counted.defined()) return loss_of(scoring.loss, output, batch.targets);
  return loss_of(scoring.loss, output.index({counted}), batch.targets.index({counted}));
}

int64_t counted_positions(const Scoring& scoring, const Batch& batch) {
  if (scoring.positions == Positions::kLast) return batch.tokens.size(0);
  const torch::Tensor counted = counted_tokens(scoring, batch);
  if (!counted.defined()) return batch.tokens.size(0) * batch.tokens.size(1);
  return counted.sum().item<int64_t>();
}

}  // namespace gril

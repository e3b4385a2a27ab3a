#include "gril/evaluation/evaluate.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"
#include "gril/base/seed.h"
#include "gril/evaluation/loss.h"
#include "gril/tasks/in_context/batch_tokens.h"

namespace gril {
namespace {

constexpr const char* kWhere = "evaluate";
constexpr int64_t kPromptsAtOnce = 512;

}  // namespace

Batch evaluation_tasks(const Task& task, int64_t tasks, uint64_t seed, torch::Dtype dtype) {
  require(tasks >= 1, kWhere, "the number of tasks must be at least 1; got ", tasks, ".");
  return task.sample(tasks, child_seed(seed, "evaluation tasks"), dtype);
}

torch::Tensor predict(const SequenceModel& model, const torch::Tensor& tokens) {
  const at::NoGradGuard no_grad;
  std::vector<torch::Tensor> pieces;
  for (int64_t first = 0; first < tokens.size(0); first += kPromptsAtOnce) {
    const int64_t count = std::min(kPromptsAtOnce, tokens.size(0) - first);
    const SequenceOutput result = model.forward(tokens.narrow(0, first, count), {});
    pieces.push_back(result.output.select(1, result.output.size(1) - 1));
  }
  return at::cat(pieces);
}

Result measure_loss(const torch::Tensor& predictions, const torch::Tensor& targets) {
  require(predictions.dim() == 2 && predictions.sizes() == targets.sizes(), kWhere,
          "predictions and targets must have one shape (B, m); got ", predictions.sizes(), " and ",
          targets.sizes(), ".");
  const torch::Tensor losses = (predictions - targets).to(at::kDouble).square().mean(1).mul(0.5);
  const auto tasks = losses.size(0);
  const double spread = tasks > 1 ? losses.std().item<double>() : 0.0;
  return {.name = "loss",
          .value = losses.mean().item<double>(),
          .unit = kLossConvention,
          .uncertainty = spread / std::sqrt(static_cast<double>(tasks)),
          .samples = tasks,
          .source = ""};
}

Result evaluate_loss(const SequenceModel& model, const Batch& prompts) {
  return measure_loss(predict(model, prompts.tokens), prompts.targets);
}

std::vector<Result> loss_over_context_length(const SequenceModel& model, TokenLayout layout,
                                             const Batch& prompts) {
  std::vector<Result> losses;
  for (int64_t examples = 1; examples <= prompts.context_inputs.size(1); ++examples) {
    losses.push_back(evaluate_loss(model, first_examples(prompts, layout, examples)));
  }
  return losses;
}

}  // namespace gril

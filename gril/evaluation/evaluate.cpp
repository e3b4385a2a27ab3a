#include "gril/evaluation/evaluate.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "gril/base/check.h"
#include "gril/evaluation/loss.h"
#include "gril/evaluation/sequence_sums.h"
#include "gril/tasks/in_context/batch_tokens.h"

namespace gril {
namespace {

constexpr const char* kWhere = "evaluate";
constexpr int64_t kSequencesAtOnce = 512;
constexpr int64_t kTokensAtOnce = 65536;

void check_number(int64_t tasks) {
  require(tasks >= 1, kWhere, "the number of tasks must be at least 1; got ", tasks, ".");
}

/// Calls visit(first, count) for pieces of the sequences of `tokens`.
void for_each_piece(const torch::Tensor& tokens,
                    const std::function<void(int64_t, int64_t)>& visit) {
  const int64_t most = std::clamp<int64_t>(kTokensAtOnce / std::max<int64_t>(1, tokens.size(1)), 1,
                                           kSequencesAtOnce);
  for (int64_t first = 0; first < tokens.size(0); first += most) {
    visit(first, std::min(most, tokens.size(0) - first));
  }
}

/// Σ parts / Σ weights with its standard error over sequences.
Result ratio(const std::string& name, const std::string& unit, const torch::Tensor& parts,
             const torch::Tensor& weights) {
  const int64_t count = parts.size(0);
  const double value = (parts.sum() / weights.sum()).item<double>();
  double error = 0;
  if (count > 1) {
    const auto n = static_cast<double>(count);
    const double squares = (parts - value * weights).square().sum().item<double>();
    error = std::sqrt(squares / (n * (n - 1))) / weights.mean().item<double>();
  }
  return {.name = name,
          .value = value,
          .unit = unit,
          .uncertainty = error,
          .samples = count,
          .source = ""};
}

Evaluation evaluation_of(const Scoring& scoring, const SequenceSums& sums) {
  Evaluation result;
  result.loss = ratio("loss", loss_convention(scoring), sums.loss, sums.positions);
  if (scoring.loss == LossKind::kCrossEntropy) {
    result.further.push_back(ratio("accuracy", "share", sums.hits, sums.positions));
    return result;
  }
  torch::Tensor squares = sums.loss;
  if (scoring.loss == LossKind::kHalfSquaredError) {
    squares = 2 * sums.loss;
    const Scoring plain{.loss = LossKind::kMeanSquaredError, .positions = scoring.positions};
    result.further.push_back(
        ratio("mean_squared_error", loss_convention(plain), squares, sums.positions));
  }
  if (sums.deviations.sum().item<double>() > 0) {
    result.further.push_back(
        ratio("error_over_target_variance", "ratio", squares, sums.deviations));
  }
  return result;
}

}  // namespace

Batch evaluation_tasks(const Task& task, int64_t tasks, uint64_t seed, torch::Dtype dtype) {
  check_number(tasks);
  return task.evaluation_batch(tasks, seed, dtype);
}

Prompts evaluation_prompts(const InContextTask& task, int64_t tasks, uint64_t seed,
                           torch::Dtype dtype) {
  check_number(tasks);
  return task.evaluation_prompts(tasks, seed, dtype);
}

Evaluation measure(const Scoring& scoring, const torch::Tensor& output, const Batch& batch) {
  return evaluation_of(scoring, sequence_sums(scoring, output, batch, target_mean(scoring, batch)));
}

Evaluation evaluate(const SequenceModel& model, const Scoring& scoring, const Batch& batch) {
  const at::NoGradGuard no_grad;
  const torch::Tensor mean = target_mean(scoring, batch);
  std::vector<SequenceSums> parts;
  for_each_piece(batch.tokens, [&](int64_t first, int64_t count) {
    const Batch rows = batch_rows(batch, first, count);
    parts.push_back(sequence_sums(scoring, model.forward(rows.tokens, {}).output, rows, mean));
  });
  return evaluation_of(scoring, join(parts));
}

Evaluation evaluate_zero(int64_t outputs, const Scoring& scoring, const Batch& batch) {
  const torch::Tensor zero = at::zeros({1}, at::kDouble);
  return measure(scoring, zero.expand({batch.tokens.size(0), batch.tokens.size(1), outputs}),
                 batch);
}

std::vector<Result> loss_over_context_length(const SequenceModel& model, const InContextTask& task,
                                             const Prompts& prompts) {
  std::vector<Result> losses;
  for (int64_t examples = 1; examples <= prompts.context_inputs.size(1); ++examples) {
    const Prompts shorter = first_examples(prompts, task.layout(), examples);
    losses.push_back(evaluate(model, task.scoring(), shorter).loss);
  }
  return losses;
}

}  // namespace gril

#include "gril/evaluation/evaluate.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "gril/base/check.h"
#include "gril/evaluation/loss.h"
#include "gril/evaluation/piecewise_sums.h"
#include "gril/evaluation/sequence_sums.h"
#include "gril/tasks/in_context/batch_tokens.h"

namespace gril {
namespace {

constexpr const char* kWhere = "evaluate";

void check_number(int64_t tasks) {
  require(tasks >= 1, kWhere, "the number of tasks must be at least 1; got ", tasks, ".");
}

/// Σ parts / Σ weights with its standard error over sequences; one sequence has none.
Result ratio(const std::string& name, const std::string& unit, const torch::Tensor& parts,
             const torch::Tensor& weights) {
  const int64_t count = parts.size(0);
  const double value = (parts.sum() / weights.sum()).item<double>();
  std::optional<double> error;
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

/// The cross-entropy of every symbol as the field's other two figures; standard errors to first
/// order.
void add_words_for_symbols(Evaluation& evaluation) {
  const Result& nats = evaluation.loss;
  Result perplexity = nats;
  perplexity.name = "perplexity";
  perplexity.unit = "exp of the " + nats.unit;
  perplexity.value = std::exp(nats.value);
  if (nats.uncertainty) perplexity.uncertainty = perplexity.value * *nats.uncertainty;
  Result bits = nats;
  bits.name = "bits_per_symbol";
  bits.unit = "cross-entropy in bits, mean over tokens";
  bits.value = nats.value / std::numbers::ln2;
  if (nats.uncertainty) bits.uncertainty = *nats.uncertainty / std::numbers::ln2;
  evaluation.further.push_back(std::move(perplexity));
  evaluation.further.push_back(std::move(bits));
}

Evaluation evaluation_of(const Scoring& scoring, const SequenceSums& sums) {
  Evaluation result;
  result.loss = ratio("loss", loss_convention(scoring), sums.loss, sums.positions);
  if (scoring.loss == LossKind::kCrossEntropy) {
    result.further.push_back(ratio("accuracy", "share", sums.hits, sums.positions));
    if (scoring.positions == Positions::kEvery) add_words_for_symbols(result);
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

Evaluation evaluate(const SequenceModel& model, const Scoring& scoring,
                    const EvaluationSet& sequences) {
  const at::NoGradGuard no_grad;
  return evaluation_of(scoring, piecewise_sums(output_source(model), scoring, sequences));
}

Evaluation evaluate(const SequenceModel& model, const Scoring& scoring, const Batch& batch) {
  return evaluate(model, scoring, evaluation_set(scoring, batch));
}

Evaluation evaluate_zero(int64_t outputs, const Scoring& scoring, const EvaluationSet& sequences) {
  const auto zeros = [&](const Batch& piece, const LayerState&) -> SequenceOutput {
    const torch::Tensor zero = at::zeros({1}, at::kDouble);
    return {zero.expand({piece.tokens.size(0), piece.tokens.size(1), outputs}), {}};
  };
  const OutputSource source{.outputs = zeros, .output_size = outputs};
  return evaluation_of(scoring, piecewise_sums(source, scoring, sequences));
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

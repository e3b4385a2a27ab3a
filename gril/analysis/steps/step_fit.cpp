#include "gril/analysis/steps/step_fit.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "gril/analysis/algorithms/in_context_algorithm.h"
#include "gril/layers/positional_embedding.h"
#include "gril/models/append.h"
#include "gril/models/residual.h"

namespace gril {
namespace {

/// What is fitted, over all prompts and outputs of a sample.
struct Rows {
  torch::Tensor powers;   ///< G A^{n-1} x_q, (rows, steps)
  torch::Tensor answers;  ///< (rows)
  torch::Tensor targets;  ///< (rows)
};

template <typename Answers>
Rows rows_of(const LinearRegression& task, const PromptSample& sample, int64_t steps,
             const Answers& answers) {
  std::vector<torch::Tensor> powers;
  std::vector<torch::Tensor> found;
  std::vector<torch::Tensor> targets;
  for_each_batch(task, sample, [&](const Prompts& prompts) {
    const torch::Tensor queries =
        prompts.query_inputs.view({prompts.query_inputs.size(0), 1, -1, 1});
    const torch::Tensor read = at::matmul(descent_powers(prompts, steps), queries).squeeze(3);
    powers.push_back(read.permute({0, 2, 1}).reshape({-1, steps}));
    found.push_back(answers(prompts).flatten());
    targets.push_back(prompts.targets.flatten());
  });
  return {at::cat(powers), at::cat(found), at::cat(targets)};
}

/// Columns of equal norm: σ^n of small σ would otherwise hide the high powers.
DescentPolynomial least_squares(const Rows& rows) {
  const torch::Tensor norms = rows.powers.norm(2, {0}).clamp_min(1e-300);
  const torch::Tensor solution = std::get<0>(
      at::linalg_lstsq(rows.powers / norms, rows.answers.unsqueeze(1), c10::nullopt, "gelsd"));
  const torch::Tensor coefficients = (solution.squeeze(1) / norms).contiguous();
  const double* data = coefficients.data_ptr<double>();
  return {std::vector<double>(data, data + coefficients.numel())};
}

StepFit measured(const Rows& rows, DescentPolynomial polynomial) {
  const torch::Tensor fitted =
      at::mv(rows.powers, at::tensor(polynomial.coefficients, at::kDouble));
  const auto square = [](const torch::Tensor& tensor) {
    return tensor.square().mean().item<double>();
  };
  return {.polynomial = std::move(polynomial),
          .explained = 1.0 - square(rows.answers - fitted) / square(rows.answers),
          .loss = 0.5 * square(rows.targets - fitted)};
}

Rows rows_of_targets(const LinearRegression& task, const PromptSample& tuning, int64_t steps) {
  return rows_of(task, tuning, steps, [](const Prompts& prompts) { return prompts.targets; });
}

/// Layers with a state, but for one that only counts tokens.
int64_t mixing_layers(const SequenceModel& model) {
  int64_t count = 0;
  for (std::size_t i = 0; i < model.size(); ++i) {
    if (const auto* residual = dynamic_cast<const Residual*>(&model.layer(i))) {
      count += mixing_layers(residual->body());
    } else if (const auto* append = dynamic_cast<const Append*>(&model.layer(i))) {
      count += mixing_layers(append->body());
    } else if (dynamic_cast<const PositionalEmbedding*>(&model.layer(i)) == nullptr &&
               !model.layer(i).initial_state(1).empty()) {
      ++count;
    }
  }
  return count;
}

}  // namespace

StepFit fit_predictions(const SequenceModel& model, const LinearRegression& task,
                        const PromptSample& sample, int64_t steps) {
  const at::NoGradGuard no_gradients;
  const Rows rows = rows_of(task, sample, steps, [&](const Prompts& prompts) {
    return query_predictions(model, prompts.tokens);
  });
  return measured(rows, least_squares(rows));
}

StepFit best_free_steps(const LinearRegression& task, const PromptSample& tuning, int64_t steps) {
  const Rows rows = rows_of_targets(task, tuning, steps);
  return measured(rows, least_squares(rows));
}

StepFit best_shared_steps(const LinearRegression& task, const PromptSample& tuning, int64_t steps) {
  PromptSample whole = tuning;
  whole.batch_size = tuning.prompts;
  double rate = 0.0;
  for_each_batch(task, whole, [&](const Prompts& prompts) {
    rate = tuned(steps, context_spectrum(prompts), prompts.targets).parameter;
  });
  const std::vector<double> sizes(static_cast<std::size_t>(steps), rate);
  return measured(rows_of_targets(task, tuning, steps), descent_polynomial(sizes));
}

Json to_json(const StepFit& fit) {
  Json result = step_sizes_json(fit.polynomial);
  result["explained"] = fit.explained;
  result["loss"] = fit.loss;
  return result;
}

int64_t step_count(const SequenceModel& model) {
  constexpr int64_t kMostSteps = 5;
  return std::clamp<int64_t>(mixing_layers(model), 1, kMostSteps);
}

}  // namespace gril

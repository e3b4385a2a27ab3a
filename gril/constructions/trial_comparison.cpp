#include "gril/constructions/trial_comparison.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gril {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// std::max would pass over NaN.
double infinite_for_nan(double number) { return std::isnan(number) ? kInfinity : number; }

at::Tensor run(const SequenceModel& model, const ClaimTrial& trial) {
  const c10::AutoGradMode no_grad(false);
  const at::Tensor tokens =
      at::tensor(trial.tokens, at::kDouble).view({1, trial.length, model.input_size()});
  return model.forward(tokens, {}).output.contiguous();
}

/// Adds the errors of the numbers of one trial.
void compare_numbers(const at::Tensor& output, const ClaimTrial& trial, double roundoff,
                     TrialErrors& errors) {
  const double spread = trial.roundings * roundoff;
  const double gamma = spread < 1.0 ? spread / (1.0 - spread) : kInfinity;
  const auto width = static_cast<std::size_t>(output.size(2));
  const auto* numbers = output.data_ptr<double>();
  double largest_answer = 0.0;
  double largest_error = 0.0;
  double largest_bound = 0.0;
  for (std::size_t i = 0; i < trial.answers.size(); ++i) {
    const auto token = static_cast<std::size_t>(trial.positions[i / width]);
    const long double actual = numbers[token * width + i % width];
    const double error =
        infinite_for_nan(static_cast<double>(std::fabs(actual - trial.answers[i])));
    const double bound = infinite_for_nan(gamma * static_cast<double>(trial.magnitudes[i]));
    if (!(error <= bound && std::isfinite(bound))) errors.within_bound = false;
    largest_error = std::max(largest_error, error);
    largest_bound = std::max(largest_bound, bound);
    largest_answer = std::max(largest_answer, static_cast<double>(std::fabs(trial.answers[i])));
  }
  const auto relative = [&](double error) {
    return error == 0.0 ? 0.0 : infinite_for_nan(error / largest_answer);
  };
  errors.max_abs_error = std::max(errors.max_abs_error, largest_error);
  errors.max_rel_error = std::max(errors.max_rel_error, relative(largest_error));
  errors.error_bound = std::max(errors.error_bound, relative(largest_bound));
}

/// Adds the choices of one trial.
void compare_choices(const at::Tensor& output, const ClaimTrial& trial, TrialErrors& errors) {
  const auto* numbers = output.data_ptr<double>();
  for (std::size_t p = 0; p < trial.choices.size(); ++p) {
    const auto* scores = numbers + trial.positions[p] * output.size(2);
    const double right = scores[trial.choices[p]];
    const auto rivals = std::count_if(scores, scores + output.size(2),
                                      [right](double score) { return !(score < right); });
    ++errors.choices;
    if (rivals != 1) ++errors.wrong_choices;
  }
}

}  // namespace

TrialErrors compare_with_algorithm(const SequenceModel& model, const ClaimedAlgorithm& algorithm,
                                   const TrialSet& set, double roundoff) {
  TrialErrors errors;
  for (int64_t index = 0; index < set.trials; ++index) {
    const ClaimTrial trial = algorithm.draw(set.length, set.seed, index);
    const at::Tensor output = run(model, trial);
    compare_numbers(output, trial, roundoff, errors);
    compare_choices(output, trial, errors);
  }
  return errors;
}

}  // namespace gril

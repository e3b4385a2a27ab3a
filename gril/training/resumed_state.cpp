#include "gril/training/resumed_state.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "gril/base/check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "train";
constexpr const char* kAdvice = " It is damaged or of another run; start the run afresh.";

/// How often something that comes every `every` steps, and at the last one, came up to `step`.
int64_t times_due(int64_t step, int64_t every, int64_t steps) {
  return step / every + (step == steps && step % every != 0 ? 1 : 0);
}

bool is_finite(const torch::Tensor& tensor) {
  return !tensor.is_floating_point() || tensor.isfinite().all().item<bool>();
}

void check_figures(const TrainingState& state, const TrainingOptions& options,
                   const std::string& path) {
  require_file(state.step <= options.steps, kWhere, path,
               ": its step must be at most training.steps, ", options.steps, "; got ", state.step,
               ".", kAdvice);
  const int64_t evaluations = times_due(state.step, options.evaluate_every, options.steps);
  require_file(state.evaluations_since_best <= evaluations, kWhere, path,
               ": evaluations_since_best must be at most the ", evaluations,
               " evaluations up to step ", state.step, "; got ", state.evaluations_since_best, ".",
               kAdvice);
  require_file(evaluations > 0 || !std::isfinite(state.best_loss), kWhere, path,
               ": best_loss must be null before the first evaluation; got ", state.best_loss, ".",
               kAdvice);
}

void check_parameters(const TrainingState& state, const torch::Tensor& values,
                      const std::string& path) {
  const auto fits = [&](const torch::Tensor& tensor) {
    return tensor.sizes() == values.sizes() && tensor.scalar_type() == values.scalar_type();
  };
  require_file(fits(state.parameters) && fits(state.first_moment) && fits(state.second_moment) &&
                   (!state.average.defined() || fits(state.average)),
               kWhere, path, ": it must hold ", values.numel(),
               " parameters, moments and averages each, of the experiment's dtype; got ",
               state.parameters.numel(), " parameters and ", state.first_moment.numel(),
               " moments.", kAdvice);
  const bool finite = is_finite(state.parameters) && is_finite(state.first_moment) &&
                      is_finite(state.second_moment) &&
                      (!state.average.defined() || is_finite(state.average));
  require_file(finite, kWhere, path,
               ": parameters, moments and average must be finite; got numbers that are not.",
               kAdvice);
  require_file(!state.second_moment.lt(0).any().item<bool>(), kWhere, path,
               ": second moments must be at least 0; got negative ones.", kAdvice);
}

/// The sizes of the tokens that a cache holds are its own: where the empty state has a 0.
bool has_form_of(const torch::Tensor& tensor, const torch::Tensor& start) {
  if (tensor.dim() != start.dim() || tensor.scalar_type() != start.scalar_type()) return false;
  for (int64_t axis = 0; axis < start.dim(); ++axis) {
    if (start.size(axis) != 0 && tensor.size(axis) != start.size(axis)) return false;
  }
  return is_finite(tensor);
}

void check_carried(const LayerState& state, const ResumedTraining& training,
                   const std::string& path) {
  const LayerState expected = training.continues ? training.start : LayerState();
  require_file(state.size() == expected.size(), kWhere, path, ": it must carry ", expected.size(),
               " tensors from batch to batch; got ", state.size(), ".", kAdvice);
  for (std::size_t i = 0; i < state.size(); ++i) {
    require_file(has_form_of(state[i], expected[i]), kWhere, path, ": state.", i,
                 " must be finite, of shape ", expected[i].sizes(), " and dtype ",
                 expected[i].scalar_type(), "; got shape ", state[i].sizes(), " and dtype ",
                 state[i].scalar_type(), ".", kAdvice);
  }
}

std::set<int64_t> steps_with(const std::vector<Json>& lines, const char* key) {
  std::set<int64_t> steps;
  for (const Json& line : lines) {
    if (line.contains(key)) steps.insert(line["step"].get<int64_t>());
  }
  return steps;
}

}  // namespace

void check_resumed_state(const TrainingState& state, const ResumedTraining& training,
                         const std::string& path) {
  check_figures(state, training.options, path);
  require_file(state.average.defined() == (training.options.average_decay > 0), kWhere, path,
               ": it must hold the average of the parameters ",
               "exactly where training.average_decay is above 0; got ",
               state.average.defined() ? "one." : "none.");
  check_parameters(state, training.values, path);
  check_carried(state.state, training, path);
}

void check_resumed_metrics(const std::vector<Json>& lines, const TrainingState& state,
                           const TrainingOptions& options, const std::string& path) {
  const auto check = [&](const char* key, int64_t every) {
    const std::set<int64_t> steps = steps_with(lines, key);
    const auto past = steps.upper_bound(state.step);
    const auto made = static_cast<int64_t>(std::distance(steps.begin(), past));
    const int64_t due = times_due(state.step, every, options.steps);
    require_file(made == due, kWhere, path, ": must have ", due, " lines with \"", key,
                 "\" up to step ", state.step, ", where the checkpoint stands; got ", made, ".",
                 kAdvice);
    require_file(steps.empty() || *steps.rbegin() <= options.steps, kWhere, path,
                 ": must have no line beyond training.steps, ", options.steps, "; got step ",
                 steps.empty() ? 0 : *steps.rbegin(), ".", kAdvice);
  };
  check("loss", options.log_every);
  check("evaluation_loss", options.evaluate_every);
}

}  // namespace gril

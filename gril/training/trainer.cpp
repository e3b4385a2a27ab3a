#include "gril/training/trainer.h"

#include <ATen/ATen.h>

#include <chrono>
#include <cmath>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/base/file.h"
#include "gril/evaluation/loss.h"
#include "gril/models/checkpoint.h"

namespace gril {
namespace {

constexpr const char* kWhere = "train";

double seconds_now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

LearningRateSchedule schedule_of(const TrainingOptions& options) {
  return {.steps = options.steps,
          .warmup_steps = options.warmup_steps,
          .final_fraction = options.final_learning_rate};
}

}  // namespace

Trainer::Trainer(const TrainConfig& config, const RunDirectory& run, MetricsLog metrics)
    : config_(config),
      run_(run),
      task_(make_task(config)),
      model_(make_model(config)),
      groups_(*model_),
      optimizer_(groups_, config.training),
      metrics_(std::move(metrics)),
      evaluation_(
          evaluation_tasks(*task_, config.evaluation.tasks, config.evaluation.seed, config.dtype)) {
  state_.config = to_json(config);
}

Trainer Trainer::start(const TrainConfig& config, const RunDirectory& run) {
  write_file_atomically(run.config(), toml_text(to_json(config)), kWhere);
  return {config, run, MetricsLog::start(run.metrics())};
}

Trainer Trainer::resume(const TrainConfig& config, const RunDirectory& run) {
  TrainingState state = load_training_state(run.training_state());
  const std::string difference = config_difference(state.config, to_json(config));
  require(difference.empty(), kWhere, run.root().string(),
          " was made by another experiment:", difference,
          "\nResume it with its own settings, or give a new folder with --out.");
  Trainer trainer(config, run, MetricsLog::resume(run.metrics(), state.step));
  trainer.adopt(std::move(state));
  return trainer;
}

void Trainer::adopt(TrainingState state) {
  const at::NoGradGuard no_grad;
  require_file(state.parameters.sizes() == groups_.values().sizes() &&
                   state.parameters.scalar_type() == groups_.values().scalar_type(),
               kWhere, run_.training_state().string(), ": it must hold ", groups_.values().numel(),
               " parameters of the experiment's dtype; got ", state.parameters.numel(), ".");
  groups_.values().copy_(state.parameters);
  optimizer_.restore({state.first_moment, state.second_moment}, state.step);
  state_ = std::move(state);
}

TrainingResult Trainer::train(const TrainingObserver& observer) {
  const TrainingOptions& options = config_.training;
  const LearningRateSchedule schedule = schedule_of(options);
  const int64_t first = state_.step;
  const double start = seconds_now();
  last_line_ = {.step = first, .seconds = start};
  BatchQueue batches({task_.get(), config_.seed, options.batch_size, config_.dtype}, first,
                     options.steps);
  GradientShards shards(config_, task_->scoring(), *model_, groups_);
  bool stopped = false;
  while (state_.step < options.steps) {
    stopped = observer.should_stop && observer.should_stop();
    if (stopped) break;
    const double factor = learning_rate_factor(schedule, state_.step);
    const double loss = update(shards, batches.next(), factor);
    state_.loss_sum += loss;
    ++state_.step;
    if (due(options.log_every)) log_step(options.learning_rate * factor);
    if (due(options.evaluate_every)) evaluate();
    if (due(options.checkpoint_every)) save_checkpoint();
    if (observer.after_step) observer.after_step(state_.step, loss);
  }
  if (stopped) save_checkpoint();
  const double seconds = seconds_now() - start;
  return {.finished = !stopped,
          .step = state_.step,
          .best_loss = state_.best_loss,
          .evaluation = last_evaluation_,
          .steps_per_second = static_cast<double>(state_.step - first) / seconds};
}

double Trainer::update(GradientShards& shards, const Batch& batch, double factor) {
  const double loss = shards.loss_and_gradients(batch);
  const double norm = clip_gradients(groups_.gradients(), config_.training.clip_norm);
  if (!std::isfinite(loss) || !std::isfinite(norm)) refuse_to_diverge(loss);
  optimizer_.step(factor);
  return loss;
}

void Trainer::refuse_to_diverge(double loss) const {
  const std::string parameter = groups_.first_not_finite();
  const std::string what = parameter.empty() ? "the loss is not finite"
                                             : "the gradient of " + parameter + " is not finite";
  throw TrainingDiverged(concatenate(
      '[', kWhere, "] step ", state_.step + 1, ": ", what, "; the loss is ",
      std::isnan(loss) ? "NaN" : concatenate(loss), ". The last checkpoint in ",
      run_.root().string(), " is kept. Lower training.learning_rate or training.clip_norm."));
}

bool Trainer::due(int64_t every) const {
  return state_.step % every == 0 || state_.step == config_.training.steps;
}

void Trainer::log_step(double learning_rate) {
  const int64_t every = config_.training.log_every;
  const int64_t steps = (state_.step - 1) % every + 1;
  const double now = seconds_now();
  metrics_.append(Json{{"step", state_.step},
                       {"loss", state_.loss_sum / static_cast<double>(steps)},
                       {"unit", loss_convention(task_->scoring())},
                       {"learning_rate", learning_rate},
                       {"steps_per_second", static_cast<double>(state_.step - last_line_.step) /
                                                (now - last_line_.seconds)}});
  state_.loss_sum = 0;
  last_line_ = {.step = state_.step, .seconds = now};
}

void Trainer::evaluate() {
  last_evaluation_ = gril::evaluate(*model_, task_->scoring(), evaluation_);
  const Result& loss = last_evaluation_->loss;
  Json line = {{"step", state_.step},
               {"evaluation_loss", loss.value},
               {"evaluation_standard_error", *loss.uncertainty},
               {"unit", loss.unit}};
  for (const Result& result : last_evaluation_->further) {
    line["evaluation_" + result.name] = result.value;
    line["evaluation_" + result.name + "_standard_error"] = *result.uncertainty;
  }
  metrics_.append(line);
  if (loss.value >= state_.best_loss) return;
  state_.best_loss = loss.value;
  save_model(run_.best_model(), {.model = model_, .claim = Json(), .task = config_.task});
}

void Trainer::save_checkpoint() {
  const GroupOptimizer::Moments moments = optimizer_.moments();
  state_.parameters = groups_.values();
  state_.first_moment = moments.first;
  state_.second_moment = moments.second;
  save_model(run_.last_model(), {.model = model_, .claim = Json(), .task = config_.task});
  save_training_state(run_.training_state(), state_);
}

}  // namespace gril

#include "gril/training/trainer.h"

#include <ATen/ATen.h>

#include <chrono>
#include <cmath>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/base/file.h"
#include "gril/base/seed.h"
#include "gril/evaluation/batch_output.h"
#include "gril/evaluation/loss.h"
#include "gril/models/checkpoint.h"
#include "gril/training/parameter_average.h"
#include "gril/training/resumed_state.h"

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

std::vector<Batch> next_batches(BatchQueue& queue, int64_t count) {
  std::vector<Batch> batches;
  for (int64_t i = 0; i < count; ++i) batches.push_back(queue.next());
  return batches;
}

}  // namespace

Trainer::Trainer(const TrainConfig& config, const RunDirectory& run)
    : config_(config),
      run_(run),
      model_(make_model(config)),
      groups_(*model_),
      optimizer_(groups_, config.training),
      evaluation_(evaluation_set(*config.task, config.evaluation.tasks, config.evaluation.seed,
                                 config.dtype)) {
  state_.config = to_json(config);
  // The first step gives it the weight 0: only a stop before that step shows it.
  if (config.training.average_decay > 0) state_.average = groups_.values().clone();
}

Trainer Trainer::start(const TrainConfig& config, const RunDirectory& run) {
  Trainer trainer(config, run);
  trainer.try_next_batch();
  run.make();
  write_file_atomically(run.config(), toml_text(to_json(config)), kWhere);
  trainer.metrics_.emplace(MetricsLog::start(run.metrics()));
  return trainer;
}

Trainer Trainer::resume(const TrainConfig& config, const RunDirectory& run) {
  TrainingState state = load_training_state(run.training_state());
  const Json stored = completed_config(state.config, run.training_state().string());
  const std::string difference = config_difference(stored, to_json(config));
  require(difference.empty(), kWhere, run.root().string(),
          " was made by another experiment:", difference,
          "\nResume it with its own settings, or give a new folder with --out.");
  Trainer trainer(config, run);
  trainer.adopt(std::move(state));
  check_resumed_metrics(read_metrics(run.metrics()), trainer.state_, config.training,
                        run.metrics().string());
  trainer.metrics_.emplace(MetricsLog::resume(run.metrics(), trainer.step()));
  return trainer;
}

void Trainer::adopt(TrainingState state) {
  const at::NoGradGuard no_grad;
  const TrainingOptions& options = config_.training;
  check_resumed_state(state,
                      {.options = options,
                       .values = groups_.values(),
                       .start = model_->initial_state(options.batch_size),
                       .continues = goes_on(state.step)},
                      run_.training_state().string());
  groups_.values().copy_(state.parameters);
  if (state.average.defined()) state.average = state_.average.copy_(state.average);
  optimizer_.restore({state.first_moment, state.second_moment}, state.step);
  state_ = std::move(state);
  try_next_batch();
}

bool Trainer::goes_on(int64_t step) const {
  return stream().at(step * config_.training.accumulate).continues;
}

void Trainer::try_next_batch() const {
  const at::NoGradGuard no_grad;
  const Batch next = stream().at(state_.step * config_.training.accumulate);
  LayerState carried;
  for (const torch::Tensor& whole : state_.state) {
    carried.push_back(whole.narrow(0, 0, 1).to(groups_.values().device()));
  }
  const Batch one = batch_on(batch_rows(next, 0, 1), groups_.values().device());
  batch_output(*model_, one, carried);
}

TrainingResult Trainer::train(const TrainingObserver& observer) {
  const TrainingOptions& options = config_.training;
  const LearningRateSchedule schedule = schedule_of(options);
  const int64_t first = state_.step;
  const double start = seconds_now();
  pace_ = {.start = start};
  BatchQueue queue(stream(), first * options.accumulate, options.steps * options.accumulate);
  GradientShards shards(config_, config_.task->scoring(), *model_, groups_);
  shards.set_state(state_.state);
  bool stopped = false;
  while (!is_finished(options, state_)) {
    stopped = observer.should_stop && observer.should_stop();
    if (stopped) break;
    const double factor = learning_rate_factor(schedule, state_.step);
    const double loss = update(shards, next_batches(queue, options.accumulate), factor);
    state_.loss_sum += loss;
    if (due(options.log_every)) log_step(options.learning_rate * factor);
    if (due(options.evaluate_every)) evaluate();
    if (due(options.checkpoint_every)) save_checkpoint(shards);
    if (observer.after_step) observer.after_step(state_.step, loss);
  }
  const bool early = !stopped && state_.step < options.steps;
  if (stopped || early) save_checkpoint(shards);
  const double seconds = seconds_now() - start;
  return {.finished = !stopped,
          .early = early,
          .step = state_.step,
          .best_loss = state_.best_loss,
          .evaluation = last_evaluation_,
          .steps_per_second = static_cast<double>(state_.step - first) / seconds};
}

BatchStream Trainer::stream() const {
  return {config_.task.get(), config_.seed, config_.training.batch_size, config_.dtype};
}

double Trainer::update(GradientShards& shards, const std::vector<Batch>& batches, double factor) {
  const TrainingOptions& options = config_.training;
  const auto step = static_cast<uint64_t>(state_.step);
  const double loss = shards.loss_and_gradients(batches, child_seed(config_.seed, "noise", step));
  const double norm = clip_gradients(groups_.gradients(), options.clip_norm);
  if (!std::isfinite(loss) || !std::isfinite(norm)) refuse_to_diverge(loss);
  optimizer_.step(factor);
  ++state_.step;
  if (state_.average.defined()) {
    update_average(state_.average, groups_.values(), options.average_decay, state_.step);
  }
  count(batches);
  return loss;
}

void Trainer::count(const std::vector<Batch>& batches) {
  ++pace_.steps;
  for (const Batch& batch : batches) {
    pace_.sequences += batch.tokens.size(0);
    pace_.tokens += batch.lengths.defined() ? batch.lengths.sum().item<int64_t>()
                                            : batch.tokens.size(0) * batch.tokens.size(1);
  }
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
  const auto per_second = [&](int64_t count) {
    return static_cast<double>(count) / (now - pace_.start);
  };
  metrics_->append(Json{{"step", state_.step},
                        {"loss", state_.loss_sum / static_cast<double>(steps)},
                        {"unit", loss_convention(config_.task->scoring())},
                        {"learning_rate", learning_rate},
                        {"steps_per_second", per_second(pace_.steps)},
                        {"sequences_per_second", per_second(pace_.sequences)},
                        {"tokens_per_second", per_second(pace_.tokens)}});
  state_.loss_sum = 0;
  pace_ = {.start = now};
}

void Trainer::evaluate() {
  const ExchangedValues averaged(groups_.values(), state_.average);
  last_evaluation_ = gril::evaluate(*model_, config_.task->scoring(), evaluation_);
  const Result& loss = last_evaluation_->loss;
  Json line = {{"step", state_.step},
               {"evaluation_loss", loss.value},
               {"evaluation_standard_error", optional_number(loss.uncertainty)},
               {"unit", loss.unit}};
  for (const Result& result : last_evaluation_->further) {
    line["evaluation_" + result.name] = result.value;
    line["evaluation_" + result.name + "_standard_error"] = optional_number(result.uncertainty);
  }
  metrics_->append(line);
  ++state_.evaluations_since_best;
  if (!(loss.value < state_.best_loss)) return;
  state_.best_loss = loss.value;
  state_.evaluations_since_best = 0;
  save(run_.best_model());
}

void Trainer::save(const std::filesystem::path& path) const {
  const std::vector<std::string> vocabulary = config_.task->vocabulary();
  save_model(path, {.model = model_,
                    .claim = Json(),
                    .task = config_.task->config(),
                    .vocabulary = vocabulary.empty() ? Json() : Json(vocabulary)});
}

void Trainer::save_checkpoint(const GradientShards& shards) {
  // A state on the disk without the lines up to it would be refused.
  metrics_->sync();
  // Only a batch that goes on needs the state; for others it would be dead weight.
  state_.state = goes_on(state_.step) ? shards.state() : LayerState();
  const GroupOptimizer::Moments moments = optimizer_.moments();
  state_.parameters = groups_.values();
  state_.first_moment = moments.first;
  state_.second_moment = moments.second;
  {
    const ExchangedValues averaged(groups_.values(), state_.average);
    save(run_.last_model());
  }
  save_training_state(run_.training_state(), state_);
}

}  // namespace gril

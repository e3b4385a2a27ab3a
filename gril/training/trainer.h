#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "gril/evaluation/evaluate.h"
#include "gril/models/sequence_model.h"
#include "gril/runs/metrics_log.h"
#include "gril/runs/run_directory.h"
#include "gril/training/batch_queue.h"
#include "gril/training/gradient_shards.h"
#include "gril/training/optimizer.h"
#include "gril/training/parameter_groups.h"
#include "gril/training/train_config.h"
#include "gril/training/training_state.h"

namespace gril {

/// The loss or a gradient became NaN or infinite. The parameters are those before the step.
class TrainingDiverged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a training asks and tells while it runs; both are optional.
struct TrainingObserver {
  /// Asked before every step; true ends the training after a checkpoint.
  std::function<bool()> should_stop;
  /// Told after every step: steps made, loss of the step.
  std::function<void(int64_t step, double loss)> after_step;
};

/// How a training ended.
struct TrainingResult {
  bool finished = false;                 ///< false: stopped by the observer
  bool early = false;                    ///< finished by TrainingOptions::stop_after
  int64_t step = 0;                      ///< optimizer steps made, all sessions together
  double best_loss = 0;                  ///< lowest evaluation loss; infinite when none was made
  std::optional<Evaluation> evaluation;  ///< the last one of this session
  double steps_per_second = 0;           ///< of this session, evaluations and checkpoints included
};

/// Trains the model of an experiment inside a run directory:
///
///     batches step·K … step·K + K-1 → loss as the task scores it → backward → clip → AdamW →
///     metrics
///
/// K = `accumulate`, with an evaluation every evaluate_every steps and at the end, a checkpoint
/// every checkpoint_every steps and at the end. The parameters after step s depend on the
/// experiment alone: not on interruptions, threads or the machine's load.
///
/// With average_decay > 0 the average of the parameters (parameter_average.h) is what is evaluated
/// and what the model files hold, last and best; the training state has the parameters themselves.
class Trainer {
 public:
  /// A fresh start in a new run directory, planned or made; writes the configuration into it once
  /// the model is built and has read a sequence of the first batch.
  /// Errors, before anything is written: as make_model, evaluation_set and what the task or the
  /// model refuses; InvalidArgument "[train] …" for a model without parameters.
  static Trainer start(const TrainConfig& config, const RunDirectory& run);

  /// Continues from the run's training state, with the bits of an undisturbed training.
  /// Errors: InvalidArgument "[train] … was made by another experiment:" with one
  /// "key: old -> new" per line; InvalidFile for a missing or damaged state or metrics
  /// (resumed_state.h); as start. All of them before anything is written.
  static Trainer resume(const TrainConfig& config, const RunDirectory& run);

  /// Trains to the last step or until the observer stops it.
  /// Errors: TrainingDiverged with step and parameter; InvalidFile when a checkpoint cannot be
  /// written (the earlier one stays).
  TrainingResult train(const TrainingObserver& observer = {});

  const SequenceModel& model() const { return *model_; }
  int64_t step() const { return state_.step; }

 private:
  /// What was done since the last line of metrics.
  struct Pace {
    double start = 0;  ///< seconds
    int64_t steps = 0;
    int64_t sequences = 0;
    int64_t tokens = 0;  ///< without padding
  };

  Trainer(const TrainConfig& config, const RunDirectory& run);

  void adopt(TrainingState state);
  /// The model on one sequence of the next batch, for what only a forward pass can refuse.
  void try_next_batch() const;
  BatchStream stream() const;
  /// Whether the batch after this step goes on where the one before ended.
  bool goes_on(int64_t step) const;
  /// One optimizer step; returns the loss before it.
  double update(GradientShards& shards, const std::vector<Batch>& batches, double factor);
  void count(const std::vector<Batch>& batches);
  [[noreturn]] void refuse_to_diverge(double loss) const;
  bool due(int64_t every) const;
  void log_step(double learning_rate);
  void evaluate();
  void save(const std::filesystem::path& path) const;
  void save_checkpoint(const GradientShards& shards);

  TrainConfig config_;
  RunDirectory run_;
  std::shared_ptr<SequenceModel> model_;
  ParameterGroups groups_;
  GroupOptimizer optimizer_;
  std::optional<MetricsLog> metrics_;  ///< always there once a factory has returned
  EvaluationSet evaluation_;
  std::optional<Evaluation> last_evaluation_;
  Pace pace_;
  TrainingState state_;
};

}  // namespace gril

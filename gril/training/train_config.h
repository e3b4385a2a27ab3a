#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "gril/base/json.h"
#include "gril/models/sequence_model.h"
#include "gril/tasks/task.h"
#include "gril/training/learning_rate_schedule.h"

namespace gril {

/// The section [training].
struct TrainingOptions {
  int64_t steps = 1000;                  ///< optimizer steps
  int64_t batch_size = 64;               ///< sequences of a batch
  int64_t accumulate = 1;                ///< batches per step: batch_queue.h
  int64_t shards = 1;                    ///< parts of a batch, a thread each: gradient_shards.h
  double learning_rate = 1e-3;           ///< peak rate of every parameter outside the recurrence
  double recurrence_learning_rate = -1;  ///< peak rate of the recurrence; absent: learning_rate
  double weight_decay = 0;               ///< decoupled, outside the recurrence only
  int64_t warmup_steps = 0;              ///< linear warm-up; at most `steps`
  double final_learning_rate = 0;        ///< fraction of the peak at which the cosine ends
  double clip_norm = 1;                  ///< bound on the norm of the whole gradient; 0: none
  double beta1 = 0.9;                    ///< decay of AdamW's first moment
  double beta2 = 0.999;                  ///< decay of AdamW's second moment
  double average_decay = 0;              ///< of the average of parameters; 0: none is kept
  int64_t log_every = 100;               ///< steps per line of metrics.jsonl
  int64_t evaluate_every = 1000;         ///< steps per evaluation
  int64_t checkpoint_every = 1000;       ///< steps per checkpoint
  int64_t stop_after = 0;                ///< end after so many evaluations in vain; 0: never
};

/// The section [evaluation].
struct EvaluationOptions {
  int64_t tasks = 10000;  ///< sequences
  uint64_t seed = 0;      ///< of the sequences; not the seed of the run: runs share their sequences
};

/// A whole experiment file, checked and with every default filled in. Copies share the task.
///
///     seed = 1                    # of parameters, batches, and a teacher that [task] does not pin
///     dtype = "float32"           # or "float64"
///     device = "cpu"              # or "cuda"
///     [task]                      # kind and options of a task: task_registry.h
///     [[model.layers]]            # kind and options of each layer: sequence_model.h
///     [training]                  # TrainingOptions
///     [evaluation]                # EvaluationOptions
///     [analysis]                  # for gril analyze, carried along
struct TrainConfig {
  uint64_t seed = 0;
  torch::Dtype dtype = torch::kFloat;
  torch::Device device = torch::kCPU;
  std::shared_ptr<const Task> task;  ///< made once: its data are read here and nowhere else
  Json model;                        ///< resolved: SequenceModel::config()
  TrainingOptions training;
  EvaluationOptions evaluation;
  Json analysis;  ///< as written
};

/// Reads an experiment and makes its task, after everything else was checked: a task may read much
/// data. tree: the file's content; where: its name, for messages.
/// Errors: InvalidArgument for a missing, unknown or contradictory key: a model without
/// parameters or whose tokens or outputs do not fit the task, a warm-up longer than the training, β
/// or average_decay outside [0, 1).
TrainConfig read_train_config(const Json& tree, const std::string& where);

/// The model of an experiment that passes every check which needs no data: those of
/// read_train_config and, of a task that draws its sequences, one of them read by the model. Of a
/// task that reads data only the options are checked.
/// Errors: as read_train_config, naming `where`.
std::shared_ptr<const SequenceModel> planned_model(const Json& tree, const std::string& where);

/// The section [training] or [evaluation] of an experiment alone, without its task.
/// Errors: as read_train_config for this section.
TrainingOptions read_training_options(const Json& tree, const std::string& where);
EvaluationOptions read_evaluation_options(const Json& tree, const std::string& where);

/// The experiment with every key; read_train_config(to_json(config)) is equal.
Json to_json(const TrainConfig& config);

/// The model of an experiment, initialised from its seed, in its dtype and on its device.
/// Errors: InvalidArgument "[train] device cuda is not available …" where libtorch sees no GPU.
std::shared_ptr<SequenceModel> make_model(const TrainConfig& config);

/// A resolved experiment as an earlier version of gril may have stored it, with the keys of
/// model, training and evaluation that it lacked at their defaults: what they stood for then.
/// stored: as from to_json; where: its file, for messages. Errors: as read_train_config.
Json completed_config(const Json& stored, const std::string& where);

/// One line "key: old -> new" per key whose value differs, dotted keys; empty when equal.
std::string config_difference(const Json& earlier, const Json& now);

}  // namespace gril

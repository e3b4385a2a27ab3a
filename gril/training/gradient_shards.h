#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include "gril/models/sequence_model.h"
#include "gril/tasks/task.h"
#include "gril/training/parameter_groups.h"
#include "gril/training/train_config.h"

namespace gril {

/// Loss and gradient of batches, computed in TrainingOptions::shards parts side by side. Small
/// models gain nothing from threads inside an operation; whole parts of a batch they can share.
///
/// Part 0 runs on the calling thread, every other one on a thread of its own, with a model that
/// shares the values of the parameters and has gradients of its own. These are added in the order
/// of the parts: the bits depend on the number of parts, not on which thread was first.
///
/// A batch that continues the one before starts from the state that was left, without gradient
/// through it (truncated backpropagation); any other starts from the empty state.
class GradientShards {
 public:
  /// scoring: of the task. model and groups: what is trained; both must outlive this.
  GradientShards(const TrainConfig& config, const Scoring& scoring, SequenceModel& model,
                 const ParameterGroups& groups);
  ~GradientShards();
  GradientShards(const GradientShards&) = delete;
  GradientShards& operator=(const GradientShards&) = delete;

  /// Sets groups.gradients() to the gradient of the mean loss, scored_loss, of all outputs of the
  /// batches that count, and returns that loss. Batches move to the device of the parameters.
  /// noise_seed: every part of every batch draws its noise from a child seed of it.
  /// Throws what a part threw.
  double loss_and_gradients(const std::vector<Batch>& batches, uint64_t noise_seed);

  /// The state that the last batch left, sequences as in the batch; empty if it left none.
  LayerState state() const;
  /// Goes on from a state() of GradientShards with as many parts.
  void set_state(const LayerState& state);

 private:
  enum Turn : int { kIdle, kWork, kDone, kStop };

  /// Some sequences of a batch.
  struct Part {
    Batch batch;
    double share = 0;  ///< of the positions that count
    uint64_t noise_seed = 0;
  };

  /// What one thread computes.
  struct Shard {
    std::vector<Part> parts;  ///< one of every batch
    LayerState state;         ///< that the last part left
  };

  /// A shard on a thread of its own.
  struct Helper {
    std::shared_ptr<SequenceModel> model;
    ParameterGroups groups;
    Shard shard;
    double loss = 0;
    std::exception_ptr failure;
    std::atomic<int> turn = kIdle;
    std::thread thread;
  };

  void run(Helper& helper) const;
  void distribute(const std::vector<Batch>& batches, uint64_t noise_seed);
  double add_gradients(SequenceModel& model, Shard& shard) const;
  double add_gradients(SequenceModel& model, const Part& part, LayerState& state) const;
  std::vector<Shard*> shards();

  Scoring scoring_;
  SequenceModel& model_;
  const ParameterGroups& groups_;
  Shard own_;
  std::vector<std::unique_ptr<Helper>> helpers_;
};

}  // namespace gril

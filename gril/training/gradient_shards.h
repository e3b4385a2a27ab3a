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

/// Loss and gradient of a batch, computed in TrainingOptions::shards parts side by side. Small
/// models gain nothing from threads inside an operation; whole parts of a batch they can share.
///
/// Part 0 runs on the calling thread, every other one on a thread of its own, with a model that
/// shares the values of the parameters and has gradients of its own. These are added in the order
/// of the parts: the bits depend on the number of parts, not on which thread was first.
class GradientShards {
 public:
  /// scoring: of the task. model and groups: what is trained; both must outlive this.
  GradientShards(const TrainConfig& config, const Scoring& scoring, const SequenceModel& model,
                 const ParameterGroups& groups);
  ~GradientShards();
  GradientShards(const GradientShards&) = delete;
  GradientShards& operator=(const GradientShards&) = delete;

  /// Sets groups.gradients() to the gradient of the loss, scored_loss, and returns that loss.
  /// Throws what a part threw.
  double loss_and_gradients(const Batch& batch);

 private:
  enum Turn : int { kIdle, kWork, kDone, kStop };

  /// A part of the batch on a thread of its own.
  struct Helper {
    std::shared_ptr<SequenceModel> model;
    ParameterGroups groups;
    Batch part;
    double share = 0;  ///< of the positions that count
    double loss = 0;
    std::exception_ptr failure;
    std::atomic<int> turn = kIdle;
    std::thread thread;
  };

  void run(Helper& helper) const;

  Scoring scoring_;
  const SequenceModel& model_;
  const ParameterGroups& groups_;
  std::vector<std::unique_ptr<Helper>> helpers_;
};

}  // namespace gril

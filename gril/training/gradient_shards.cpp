#include "gril/training/gradient_shards.h"

#include <ATen/ATen.h>

#include <utility>

#include "gril/base/check.h"
#include "gril/evaluation/loss.h"

namespace gril {
namespace {

/// Adds `share` times the gradient of a part to the gradients of `model`; returns its loss, scaled.
/// A part where nothing counts has no mean loss and adds nothing.
double add_gradients(const SequenceModel& model, const Scoring& scoring, const Batch& part,
                     double share) {
  if (share == 0.0) return 0.0;
  const torch::Tensor mean = scored_loss(scoring, model.forward(part.tokens, {}).output, part);
  const torch::Tensor loss = share == 1.0 ? mean : mean.mul(share);
  loss.backward();
  return loss.item<double>();
}

}  // namespace

GradientShards::GradientShards(const TrainConfig& config, const Scoring& scoring,
                               const SequenceModel& model, const ParameterGroups& groups)
    : scoring_(scoring), model_(model), groups_(groups) {
  for (int64_t shard = 1; shard < config.training.shards; ++shard) {
    auto replica = make_model(config);
    ParameterGroups replica_groups(*replica, groups.values());
    auto helper = std::make_unique<Helper>();
    helper->model = std::move(replica);
    helper->groups = std::move(replica_groups);
    helpers_.push_back(std::move(helper));
  }
  for (auto& helper : helpers_)
    helper->thread = std::thread([this, &helper = *helper] { run(helper); });
}

GradientShards::~GradientShards() {
  for (auto& helper : helpers_) {
    // After an exception a part may still be at work, and would overwrite the order to stop.
    while (helper->turn.load() == kWork) helper->turn.wait(kWork);
    helper->turn = kStop;
    helper->turn.notify_one();
    helper->thread.join();
  }
}

void GradientShards::run(Helper& helper) const {
  while (true) {
    int turn = helper.turn.load();
    for (; turn == kIdle || turn == kDone; turn = helper.turn.load()) helper.turn.wait(turn);
    if (turn == kStop) return;
    try {
      helper.groups.gradients().zero_();
      helper.loss = add_gradients(*helper.model, scoring_, helper.part, helper.share);
    } catch (...) {
      helper.failure = std::current_exception();
    }
    helper.turn = kDone;
    helper.turn.notify_one();
  }
}

double GradientShards::loss_and_gradients(const Batch& batch) {
  const int64_t size = batch.tokens.size(0);
  const auto shards = static_cast<int64_t>(helpers_.size()) + 1;
  const auto counted = static_cast<double>(counted_positions(scoring_, batch));
  require(counted > 0, "train", "a batch must have an output that counts; got none.");
  const auto part = [&](int64_t shard) {
    const int64_t first = size * shard / shards;
    return shards == 1 ? batch : batch_rows(batch, first, size * (shard + 1) / shards - first);
  };
  const auto share = [&](const Batch& rows) {
    return static_cast<double>(counted_positions(scoring_, rows)) / counted;
  };
  for (int64_t shard = 1; shard < shards; ++shard) {
    Helper& helper = *helpers_[static_cast<std::size_t>(shard - 1)];
    helper.part = part(shard);
    helper.share = share(helper.part);
    helper.turn = kWork;
    helper.turn.notify_one();
  }
  groups_.gradients().zero_();
  const Batch own = part(0);
  double loss = add_gradients(model_, scoring_, own, share(own));
  for (auto& helper : helpers_) {
    while (helper->turn.load() == kWork) helper->turn.wait(kWork);
    if (helper->failure) std::rethrow_exception(helper->failure);
    loss += helper->loss;
    const at::NoGradGuard no_grad;
    groups_.gradients().add_(helper->groups.gradients());
  }
  return loss;
}

}  // namespace gril

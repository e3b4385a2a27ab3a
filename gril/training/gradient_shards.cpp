#include "gril/training/gradient_shards.h"

#include <ATen/ATen.h>

#include <utility>

#include "gril/evaluation/loss.h"

namespace gril {
namespace {

/// Adds `share` times the gradient of a part to the gradients of `model`; returns its loss, scaled.
double add_gradients(const SequenceModel& model, const torch::Tensor& tokens,
                     const torch::Tensor& targets, double share) {
  const torch::Tensor output = model.forward(tokens, {}).output;
  const torch::Tensor error = half_squared_error(output.select(1, output.size(1) - 1), targets);
  const torch::Tensor loss = share == 1.0 ? error : error.mul(share);
  loss.backward();
  return loss.item<double>();
}

}  // namespace

GradientShards::GradientShards(const TrainConfig& config, const SequenceModel& model,
                               const ParameterGroups& groups)
    : model_(model), groups_(groups) {
  for (int64_t shard = 1; shard < config.training.shards; ++shard) {
    auto replica = make_model(config);
    ParameterGroups replica_groups(*replica, groups.values());
    auto helper = std::make_unique<Helper>();
    helper->model = std::move(replica);
    helper->groups = std::move(replica_groups);
    helpers_.push_back(std::move(helper));
  }
  for (auto& helper : helpers_) helper->thread = std::thread([&helper = *helper] { run(helper); });
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

void GradientShards::run(Helper& helper) {
  while (true) {
    int turn = helper.turn.load();
    for (; turn == kIdle || turn == kDone; turn = helper.turn.load()) helper.turn.wait(turn);
    if (turn == kStop) return;
    try {
      helper.groups.gradients().zero_();
      helper.loss = add_gradients(*helper.model, helper.tokens, helper.targets, helper.share);
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
  const auto first = [&](int64_t shard) { return size * shard / shards; };
  const auto share = [&](int64_t shard) {
    return static_cast<double>(first(shard + 1) - first(shard)) / static_cast<double>(size);
  };
  const auto part = [&](const torch::Tensor& whole, int64_t shard) {
    return shards == 1 ? whole : whole.narrow(0, first(shard), first(shard + 1) - first(shard));
  };
  for (int64_t shard = 1; shard < shards; ++shard) {
    Helper& helper = *helpers_[static_cast<std::size_t>(shard - 1)];
    helper.tokens = part(batch.tokens, shard);
    helper.targets = part(batch.targets, shard);
    helper.share = share(shard);
    helper.turn = kWork;
    helper.turn.notify_one();
  }
  groups_.gradients().zero_();
  double loss = add_gradients(model_, part(batch.tokens, 0), part(batch.targets, 0), share(0));
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

#include "gril/training/gradient_shards.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <utility>

#include "gril/base/check.h"
#include "gril/base/seed.h"
#include "gril/evaluation/batch_output.h"
#include "gril/evaluation/loss.h"

namespace gril {
namespace {

/// Rows of a batch that are part `shard` of `shards`.
struct Rows {
  int64_t first;
  int64_t count;
};

Rows rows_of(int64_t size, int64_t shard, int64_t shards) {
  const int64_t first = size * shard / shards;
  return {first, size * (shard + 1) / shards - first};
}

LayerState detached(const LayerState& state) {
  LayerState result;
  for (const torch::Tensor& tensor : state) result.push_back(tensor.detach());
  return result;
}

}  // namespace

GradientShards::GradientShards(const TrainConfig& config, const Scoring& scoring,
                               SequenceModel& model, const ParameterGroups& groups)
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
      helper.loss = add_gradients(*helper.model, helper.shard);
    } catch (...) {
      helper.failure = std::current_exception();
    }
    helper.turn = kDone;
    helper.turn.notify_one();
  }
}

/// Adds to the gradients of `model`; returns the share of its shard in the loss.
double GradientShards::add_gradients(SequenceModel& model, Shard& shard) const {
  double loss = 0;
  for (const Part& part : shard.parts) loss += add_gradients(model, part, shard.state);
  return loss;
}

/// A part where nothing counts has no mean loss and adds nothing, but the state goes on.
double GradientShards::add_gradients(SequenceModel& model, const Part& part,
                                     LayerState& state) const {
  if (!part.batch.continues) state.clear();
  if (part.batch.tokens.size(0) == 0) return 0.0;
  const c10::AutoGradMode counts(part.share > 0);
  const Batch batch = batch_on(part.batch, groups_.values().device());
  model.set_noise_seed(part.noise_seed);
  SequenceOutput answer = batch_output(model, batch, state);
  model.set_noise_seed(std::nullopt);
  state = detached(answer.state);
  if (part.share == 0.0) return 0.0;
  const torch::Tensor mean = scored_loss(scoring_, answer.output, batch);
  const torch::Tensor loss = part.share == 1.0 ? mean : mean.mul(part.share);
  loss.backward();
  return loss.item<double>();
}

std::vector<GradientShards::Shard*> GradientShards::shards() {
  std::vector<Shard*> all = {&own_};
  for (auto& helper : helpers_) all.push_back(&helper->shard);
  return all;
}

void GradientShards::distribute(const std::vector<Batch>& batches, uint64_t noise_seed) {
  double counted = 0;
  for (const Batch& batch : batches) {
    counted += static_cast<double>(counted_positions(scoring_, batch));
  }
  require(counted > 0, "train", "a batch must have an output that counts; got none.");
  const std::vector<Shard*> all = shards();
  const auto count = static_cast<int64_t>(all.size());
  for (int64_t shard = 0; shard < count; ++shard) {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < batches.size(); ++i) {
      const Rows rows = rows_of(batches[i].tokens.size(0), shard, count);
      const Batch part = count == 1 ? batches[i] : batch_rows(batches[i], rows.first, rows.count);
      const double share = static_cast<double>(counted_positions(scoring_, part)) / counted;
      const uint64_t index = i * all.size() + static_cast<uint64_t>(shard);
      parts.push_back({part, share, child_seed(noise_seed, "shard", index)});
    }
    all[static_cast<std::size_t>(shard)]->parts = std::move(parts);
  }
}

double GradientShards::loss_and_gradients(const std::vector<Batch>& batches, uint64_t noise_seed) {
  distribute(batches, noise_seed);
  for (auto& helper : helpers_) {
    helper->turn = kWork;
    helper->turn.notify_one();
  }
  groups_.gradients().zero_();
  double loss = add_gradients(model_, own_);
  for (auto& helper : helpers_) {
    while (helper->turn.load() == kWork) helper->turn.wait(kWork);
    if (helper->failure) std::rethrow_exception(helper->failure);
    loss += helper->loss;
    const at::NoGradGuard no_grad;
    groups_.gradients().add_(helper->groups.gradients());
  }
  return loss;
}

LayerState GradientShards::state() const {
  // tensors[i]: the rows of tensor i; a part without sequences has none.
  std::vector<std::vector<torch::Tensor>> tensors;
  const auto collect = [&](const LayerState& part) {
    if (tensors.empty()) tensors.resize(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) tensors[i].push_back(part[i]);
  };
  collect(own_.state);
  for (const auto& helper : helpers_) collect(helper->shard.state);
  LayerState whole;
  for (const auto& rows : tensors) whole.push_back(at::cat(rows));
  return whole;
}

void GradientShards::set_state(const LayerState& state) {
  const std::vector<Shard*> all = shards();
  for (std::size_t shard = 0; shard < all.size(); ++shard) {
    all[shard]->state.clear();
    for (const torch::Tensor& whole : state) {
      const Rows rows =
          rows_of(whole.size(0), static_cast<int64_t>(shard), static_cast<int64_t>(all.size()));
      all[shard]->state.push_back(
          whole.narrow(0, rows.first, rows.count).to(groups_.values().device()));
    }
  }
}

}  // namespace gril

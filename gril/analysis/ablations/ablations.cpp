#include "gril/analysis/ablations/ablations.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <optional>

#include "gril/base/check.h"
#include "gril/layers/gril_layer.h"

namespace gril {
namespace {

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::vector<double> losses_of(const SequenceModel& model, const std::vector<Prompts>& batches) {
  std::vector<double> losses;
  for (const Prompts& batch : batches) {
    append(losses, prompt_losses(query_predictions(model, batch.tokens), batch.targets));
  }
  return losses;
}

int64_t gril_layer_count(const SequenceModel& model) {
  int64_t count = 0;
  for (const auto& module : model.modules(false)) {
    if (dynamic_cast<const GrilLayer*>(module.get()) != nullptr) ++count;
  }
  return count;
}

bool is_window(const Ablation& ablation) {
  return ablation.entry && ablation.name.rfind("window", 0) == 0;
}

/// "" of one layer, "_layer_2" of several.
std::string suffix(const Ablations& found, int64_t layer) {
  return found.layers > 1 ? concatenate("_layer_", layer) : "";
}

void add_ratio(MetricList& list, const Ablations& found, const Ablation& ablation) {
  std::string name = ablation.name;
  if (ablation.entry) name = is_window(ablation) ? "window_target" : "query_target";
  list.add("ablation_" + name + "_loss_ratio" + suffix(found, ablation.layer), ablation.ratio,
           "ratio",
           concatenate("loss with the change ", ablation.name, " of layer ", ablation.layer,
                       " over the loss of the network as it is"));
}

/// The lowest loss of a layer's window entries beside the target.
std::optional<double> lowest_other(const Ablations& found, int64_t layer) {
  std::optional<double> lowest;
  for (const Ablation& ablation : found.ablations) {
    if (ablation.layer != layer || !is_window(ablation) || ablation.target) continue;
    lowest = std::min(lowest.value_or(ablation.loss.value), ablation.loss.value);
  }
  return lowest;
}

}  // namespace

Ablations ablate(const SequenceModel& model, const LinearRegression& task,
                 const PromptSample& sample, const BootstrapOptions& bootstrap) {
  const at::NoGradGuard no_gradients;
  std::vector<Prompts> batches;
  for_each_batch(task, sample, [&](const Prompts& batch) { batches.push_back(batch); });
  const std::vector<double> own = losses_of(model, batches);
  std::vector<double> null_losses;
  for (const Prompts& batch : batches) {
    append(null_losses, prompt_losses(at::zeros_like(batch.targets), batch.targets));
  }
  Ablations result{.layers = gril_layer_count(model),
                   .loss = bootstrap_mean(own, bootstrap),
                   .null_loss = mean(null_losses),
                   .ablations = {}};
  for (const LayerEdit& edit : layer_edits(model, task)) {
    const std::vector<double> losses = losses_of(*edited(model, edit), batches);
    result.ablations.push_back({.name = edit.name,
                                .layer = edit.layer,
                                .entry = edit.entry,
                                .target = edit.target,
                                .loss = bootstrap_mean(losses, bootstrap),
                                .ratio = bootstrap_ratio(losses, own, bootstrap)});
  }
  return result;
}

Json to_json(const Ablations& found, int64_t prompts) {
  if (found.layers == 0) return {{"applies", false}, {"reason", "the model has no gril layer"}};
  Json rows = Json::array();
  for (const Ablation& ablation : found.ablations) {
    rows.push_back({{"name", ablation.name},
                    {"layer", ablation.layer},
                    {"target", ablation.target},
                    {"loss", to_json(ablation.loss)},
                    {"ratio", to_json(ablation.ratio)}});
  }
  return {{"applies", true},
          {"prompts", prompts},
          {"layers", found.layers},
          {"loss", to_json(found.loss)},
          {"null_loss", found.null_loss},
          {"ablations", rows}};
}

void add_metrics(MetricList& list, const Ablations& found) {
  for (const Ablation& ablation : found.ablations) {
    if (!ablation.entry || ablation.target) add_ratio(list, found, ablation);
  }
  for (int64_t layer = 1; layer <= found.layers; ++layer) {
    if (const auto lowest = lowest_other(found, layer)) {
      list.add("ablation_window_others_over_null" + suffix(found, layer), *lowest / found.null_loss,
               "ratio",
               concatenate("lowest loss with one other window entry alone, layer ", layer,
                           ", over that of always predicting 0"));
    }
  }
}

}  // namespace gril

#pragma once

#include <string>
#include <vector>

#include "gril/analysis/ablations/layer_edits.h"
#include "gril/analysis/bootstrap.h"
#include "gril/analysis/metric_list.h"
#include "gril/analysis/prompt_sample.h"

namespace gril {

/// The loss of a trained model with one thing taken away.
struct Ablation {
  std::string name;  ///< see layer_edits.h
  int64_t layer = 1;
  bool entry = false;
  bool target = false;
  Estimate loss;   ///< half squared error, mean over outputs
  Estimate ratio;  ///< over the loss of the model itself, same prompts
};

struct Ablations {
  int64_t layers = 0;      ///< GRIL layers of the model
  Estimate loss;           ///< of the model itself
  double null_loss = 0.0;  ///< of the prediction 0, same prompts
  std::vector<Ablation> ablations;
};

/// Every change that the model's GRIL layers allow, on the same prompts. Cost: a forward pass over
/// the sample for each.
Ablations ablate(const SequenceModel& model, const LinearRegression& task,
                 const PromptSample& sample, const BootstrapOptions& bootstrap);

/// The file ablations.json; the format is in gril/analysis/README.md. Without a GRIL layer
/// {"applies": false, "reason": …}.
Json to_json(const Ablations& found, int64_t prompts);

/// ablation_NAME_loss_ratio for every change but the entries, of which ablation_window_target and
/// ablation_query_target stand for the construction's and ablation_window_others_over_null is the
/// lowest loss of all others over that of predicting 0. Of several layers with _layer_j behind it.
void add_metrics(MetricList& list, const Ablations& found);

}  // namespace gril

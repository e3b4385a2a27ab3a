#pragma once

#include <optional>
#include <string>

#include "gril/analysis/algorithms/algorithm_comparison.h"
#include "gril/analysis/algorithms/scaled_inputs.h"
#include "gril/analysis/decompiler/attention_findings.h"
#include "gril/analysis/decompiler/descent_coefficients.h"
#include "gril/analysis/decompiler/function_findings.h"
#include "gril/analysis/decompiler/instantaneous_map.h"
#include "gril/analysis/decompiler/neuron_findings.h"
#include "gril/analysis/decompiler/pruned_network.h"
#include "gril/analysis/decompiler/rebuilt_network.h"
#include "gril/analysis/prediction_comparison.h"
#include "gril/evaluation/evaluate.h"

namespace gril {

/// A smaller model and how far its outputs are from those of the larger one.
struct ModelDifference {
  double rms = 0.0;      ///< rms of the difference over rms of the larger model's outputs
  double largest = 0.0;  ///< largest difference over largest output
};

/// Everything that was found about one gated linear RNN; what a summary is made of. Parts that do
/// not apply are absent, with the reason beside them.
struct Decompilation {
  std::string name;  ///< of the model
  Json task;
  AnalysisOptions options;
  GatedRnnWeights weights;
  std::string measured_on;  ///< the sequences in words
  int64_t sequences = 0;    ///< how many
  NeuronFindings neurons;
  PrunedNetwork pruned;
  ModelDifference pruned_difference;
  FunctionFindings function;
  std::optional<AttentionFindings> attention = {};  ///< absent with function.obstacle
  std::optional<DescentCoefficients> descent = {};  ///< absent with descent_obstacle
  std::string descent_obstacle = {};
  std::optional<InstantaneousMap> instantaneous = {};  ///< there together with descent
  std::optional<RebuiltNetwork> rebuilt = {};
  ScaledInputs scaled = {};
  std::optional<Evaluation> evaluation = {};             ///< absent without a task
  std::optional<PredictionComparison> predictions = {};  ///< in-context regression: beside one step
  std::optional<AlgorithmComparison> algorithms = {};    ///< in-context regression
};

}  // namespace gril

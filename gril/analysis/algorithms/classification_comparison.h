#pragma once

#include <string>
#include <vector>

#include "gril/analysis/algorithms/classical_methods.h"
#include "gril/analysis/bootstrap.h"
#include "gril/analysis/metric_list.h"
#include "gril/analysis/prompt_sample.h"
#include "gril/base/json.h"

namespace gril {

/// How near a network is to one method for classes on the same prompts, p and p_A the distributions
/// over the query's classes.
struct ClassificationDistance {
  ClassicalMethod method;
  std::vector<double> losses;  ///< of the method, −log p_A[class] per prompt, in nats
  double accuracy = 0.0;       ///< share of prompts whose largest score is that of the class
  double divergence = 0.0;  ///< mean over prompts of KL(p ‖ p_A) = Σ_c p_c log(p_c/p_A,c), nats
  double agreement = 0.0;   ///< share of prompts where network and method choose one class
};

/// A classifier as a black box beside the methods of classical_methods.h.
struct ClassificationComparison {
  std::vector<double> losses;  ///< of the network, per prompt, in nats
  double accuracy = 0.0;
  std::vector<ClassificationDistance> distances;  ///< in the order of classification_methods
  std::size_t nearest = 0;                        ///< with the least divergence
};

/// task    scored by cross-entropy
/// sample  the prompts compared on
/// tuning  other prompts, on which the methods are tuned
/// cost    that of classification_methods, then one pass over the sample per method
ClassificationComparison compare_classification(const SequenceModel& model,
                                                const InContextTask& task,
                                                const PromptSample& sample,
                                                const PromptSample& tuning);

/// "accuracy" of the network is not among them: every evaluation has it.
///
///     nll_over_one_step_reference  network's loss minus that of one step, nats
///     nll_minus_K_steps_shared     the same for K = 1 … 5 steps of one rate
///     nll_minus_K_steps_free       K = 2 … 5 steps of free rates
///     divergence_to_nearest        KL divergence to the nearest method, nats
void add_metrics(MetricList& list, const ClassificationComparison& comparison,
                 const BootstrapOptions& bootstrap);

/// Which method is nearest, how near (none where nothing is finite), and how the loss compares with
/// one step's.
std::string classification_sentence(const ClassificationComparison& comparison);

/// The file classification.json; the format is in gril/analysis/README.md.
Json to_json(const ClassificationComparison& comparison);

}  // namespace gril

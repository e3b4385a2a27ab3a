#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gril/analysis/bootstrap.h"
#include "gril/base/json.h"
#include "gril/models/sequence_model.h"
#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// Models that differ in their seed alone and compete under one name.
struct Contender {
  std::string name = {};
  std::string kind = "learned";  ///< or "constructed"
  /// Of the models; tasks of one ranking may differ in their token layout alone.
  std::shared_ptr<const InContextTask> task = {};
  std::vector<std::shared_ptr<SequenceModel>> models = {};  ///< one per seed, in float64
  std::vector<std::string> sources = {};                    ///< where each of them lies
  int64_t training_sequences = 0;  ///< seen in training, of seeds the most; 0 where unknown or none
};

/// How much a ranking measures.
struct RankingOptions {
  int64_t tasks = 10000;             ///< evaluation prompts, those of gril evaluate
  int64_t tuning_tasks = 2000;       ///< other prompts, on which classical methods are tuned
  uint64_t seed = 0;                 ///< of all prompts and of the bootstrap
  int64_t bootstrap_samples = 1000;  ///< resamples behind every interval
};

/// One line of a ranking.
struct Ranked {
  std::string name = {};
  std::string kind = {};  ///< "learned", "constructed" or "classical"
  int64_t parameters = 0;
  int64_t training_sequences = 0;
  std::vector<double> seed_losses = {};  ///< ascending, what is not finite last
  std::vector<std::string> sources = {};
  /// Of the seed in the middle (of two, the better one), as are the following.
  Estimate loss = {};
  Estimate ratio = {};  ///< over the loss of tuned one-step descent on the same prompts
  std::optional<Estimate> accuracy = {};  ///< for classes
  Json tuned = {};                        ///< parameters of a classical method
};

/// Models and classical methods on the same prompts, the least loss first.
struct Ranking {
  Json task = {};
  RankingOptions options = {};
  int64_t prompts = 0;  ///< measured; fewer than asked for where the task has no more
  std::string loss_convention = {};
  std::string reference = {};  ///< the one-step method of the ratios
  std::vector<Ranked> rows = {};
};

/// Told after every method and model: what was measured, how many are done and how many there are.
using RankingProgress = std::function<void(const std::string& name, int64_t done, int64_t count)>;

/// Measures every contender and the classical methods of classical_methods.h, in float64, on the
/// same prompts. The methods are tuned on prompts drawn from another seed.
///
/// contenders  at least one; models must take the tokens of their task and give its outputs
/// errors      InvalidArgument "[ranking] …" for no contender, for a model whose sizes are not
/// those
///             of its task, and for tasks that do not ask the same questions
/// cost        one pass over the prompts per model and method; classification_methods for tuning
Ranking rank(const std::vector<Contender>& contenders, const RankingOptions& options,
             const RankingProgress& progress);

/// {"format", "kind": "ranking", "task", "options", "prompts", "loss_convention", "interval",
/// "arithmetic", "reference", "rows": [{"name", "kind", "parameters", "training_sequences",
/// "seeds", "loss", "ratio", ["accuracy"], "seed_losses", "sources", "tuned"}, …]}
Json to_json(const Ranking& ranking);

}  // namespace gril

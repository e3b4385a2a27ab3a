#include "gril/analysis/ranking.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "gril/analysis/algorithms/classical_methods.h"
#include "gril/analysis/algorithms/context_span.h"
#include "gril/analysis/prompt_sample.h"
#include "gril/base/check.h"
#include "gril/base/seed.h"
#include "gril/evaluation/evaluate.h"
#include "gril/evaluation/loss.h"
#include "gril/models/model_size.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "ranking";
constexpr int64_t kPromptsAtOnce = 500;

using Predict = std::function<torch::Tensor(const Prompts&)>;

/// What one model or method did with every prompt.
struct Outcomes {
  std::vector<double> losses;
  std::vector<double> hits;  ///< 1 where the largest score is that of the class; empty for numbers

  double loss() const {
    return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
  }
};

Outcomes outcomes_of(const Predict& predict, LossKind kind, const Prompts& prompts) {
  const at::NoGradGuard no_gradients;
  Outcomes outcomes;
  const int64_t count = prompts.targets.size(0);
  for (int64_t first = 0; first < count; first += kPromptsAtOnce) {
    const Prompts rows = prompt_rows(prompts, first, std::min(kPromptsAtOnce, count - first));
    const torch::Tensor predictions = predict(rows);
    append(outcomes.losses, position_losses(kind, predictions, rows.targets));
    if (kind == LossKind::kCrossEntropy) {
      append(outcomes.hits, predictions.argmax(1).eq(rows.targets).to(at::kDouble));
    }
  }
  return outcomes;
}

/// Whether a is the better loss; one that is not finite is better than none.
bool is_better(double a, double b) {
  if (std::isfinite(a) != std::isfinite(b)) return std::isfinite(a);
  return a < b;
}

/// Evaluation prompts of all contenders: the same questions, one set of tokens for each layout.
class PromptsByLayout {
 public:
  PromptsByLayout(const std::vector<Contender>& contenders, const RankingOptions& options) {
    for (const Contender& contender : contenders) {
      const std::string key = contender.task->config().dump();
      if (prompts_.count(key) > 0) continue;
      const Prompts drawn =
          evaluation_prompts(*contender.task, options.tasks, options.seed, torch::kFloat64);
      if (first_.empty()) first_ = key;
      require(at::equal(drawn.targets, prompts_.empty() ? drawn.targets : first().targets), kWhere,
              contender.name, ": its task must ask the same questions as that of ",
              contenders.front().name, "; got other targets. Compare runs of one task.");
      prompts_.emplace(key, drawn);
    }
  }

  const Prompts& first() const { return prompts_.at(first_); }
  const Prompts& of(const Contender& contender) const {
    return prompts_.at(contender.task->config().dump());
  }

 private:
  std::string first_;
  std::map<std::string, Prompts> prompts_;
};

void check(const std::vector<Contender>& contenders) {
  require(!contenders.empty(), kWhere, "there must be at least one model; got none.");
  for (const Contender& contender : contenders) {
    for (const auto& model : contender.models) {
      require(model->input_size() == contender.task->token_width() &&
                  model->output_size() == contender.task->output_size(),
              kWhere, contender.name, ": the model must take ", contender.task->token_width(),
              " features and give ", contender.task->output_size(),
              " outputs, as its task asks; got ", model->input_size(), " and ",
              model->output_size(), '.');
    }
  }
}

/// Fills in everything that comes from outcomes.
void add_estimates(Ranked& row, const Outcomes& outcomes, const Outcomes& reference,
                   const BootstrapOptions& bootstrap) {
  row.loss = bootstrap_mean(outcomes.losses, bootstrap);
  row.ratio = bootstrap_ratio(outcomes.losses, reference.losses, bootstrap);
  if (!outcomes.hits.empty()) row.accuracy = bootstrap_mean(outcomes.hits, bootstrap);
}

Ranked measure(const Contender& contender, const Prompts& prompts, const Outcomes& reference,
               const BootstrapOptions& bootstrap) {
  Ranked row{.name = contender.name,
             .kind = contender.kind,
             .parameters = model_size(*contender.models.front()).parameters,
             .training_sequences = contender.training_sequences,
             .sources = contender.sources};
  const LossKind kind = contender.task->scoring().loss;
  std::vector<Outcomes> seeds;
  for (const auto& model : contender.models) {
    seeds.push_back(
        outcomes_of([&](const Prompts& rows) { return query_predictions(*model, rows.tokens); },
                    kind, prompts));
  }
  std::sort(seeds.begin(), seeds.end(),
            [](const Outcomes& a, const Outcomes& b) { return is_better(a.loss(), b.loss()); });
  for (const Outcomes& seed : seeds) row.seed_losses.push_back(seed.loss());
  add_estimates(row, seeds[(seeds.size() - 1) / 2], reference, bootstrap);
  return row;
}

std::vector<ClassicalMethod> tuned_methods(const InContextTask& task,
                                           const RankingOptions& options) {
  return classical_methods(
      task.scoring(),
      in_context_span(task.sample_prompts(
          options.tuning_tasks, child_seed(options.seed, "tuning tasks"), torch::kFloat64)));
}

Json to_json(const Ranked& row) {
  Json tree = {{"name", row.name},
               {"kind", row.kind},
               {"parameters", row.parameters},
               {"training_sequences", row.training_sequences},
               {"seeds", row.sources.size()},
               {"loss", gril::to_json(row.loss)},
               {"ratio", gril::to_json(row.ratio)},
               {"seed_losses", row.seed_losses},
               {"sources", row.sources},
               {"tuned", row.tuned}};
  if (row.accuracy) tree["accuracy"] = gril::to_json(*row.accuracy);
  return tree;
}

}  // namespace

Ranking rank(const std::vector<Contender>& contenders, const RankingOptions& options,
             const RankingProgress& progress) {
  check(contenders);
  const InContextTask& task = *contenders.front().task;
  const BootstrapOptions bootstrap{options.bootstrap_samples, options.seed};
  const PromptsByLayout prompts(contenders, options);
  const Prompts spanned = in_context_span(prompts.first());
  const std::vector<ClassicalMethod> methods = tuned_methods(task, options);
  const LossKind kind = task.scoring().loss;
  Ranking ranking{.task = task.config(),
                  .options = options,
                  .prompts = prompts.first().targets.size(0),
                  .loss_convention = loss_convention(task.scoring()),
                  .reference = methods.at(kOneStep).name};
  const auto count = static_cast<int64_t>(methods.size() + contenders.size());
  const auto add = [&](const Ranked& row) {
    ranking.rows.push_back(row);
    if (progress) progress(row.name, static_cast<int64_t>(ranking.rows.size()), count);
  };
  const Outcomes reference = outcomes_of(methods.at(kOneStep).predict, kind, spanned);
  for (const ClassicalMethod& method : methods) {
    Ranked row{.name = method.name, .kind = "classical", .tuned = method.tuned};
    const Outcomes outcomes = outcomes_of(method.predict, kind, spanned);
    row.seed_losses = {outcomes.loss()};
    add_estimates(row, outcomes, reference, bootstrap);
    add(row);
  }
  for (const Contender& contender : contenders) {
    add(measure(contender, prompts.of(contender), reference, bootstrap));
  }
  std::stable_sort(ranking.rows.begin(), ranking.rows.end(), [](const Ranked& a, const Ranked& b) {
    return is_better(a.loss.value, b.loss.value);
  });
  return ranking;
}

Json to_json(const Ranking& ranking) {
  Json rows = Json::array();
  for (const Ranked& row : ranking.rows) rows.push_back(to_json(row));
  return {{"format", 1},
          {"kind", "ranking"},
          {"task", ranking.task},
          {"options",
           {{"tasks", ranking.options.tasks},
            {"tuning_tasks", ranking.options.tuning_tasks},
            {"seed", ranking.options.seed},
            {"bootstrap_samples", ranking.options.bootstrap_samples}}},
          {"prompts", ranking.prompts},
          {"loss_convention", ranking.loss_convention},
          {"interval",
           "central 95 % of the bootstrap distribution over prompts, of the seed in the middle"},
          {"arithmetic", "float64"},
          {"reference", ranking.reference},
          {"rows", rows}};
}

}  // namespace gril

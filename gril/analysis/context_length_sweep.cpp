#include "gril/analysis/context_length_sweep.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/analysis/furthest_ratio.h"
#include "gril/analysis/gradient_descent_baseline.h"

namespace gril {
namespace {

PromptSample sample_for(const PromptSample& sample, int64_t examples) {
  PromptSample result = sample;
  result.name += ", " + std::to_string(examples) + " examples";
  return result;
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

ContextLengthPoint measure(const SequenceModel& model, const LinearRegression& trained_task,
                           int64_t examples, const ContextLengthOptions& options) {
  const at::NoGradGuard no_gradients;
  const LinearRegression task = with_examples(trained_task, examples);
  ContextLengthPoint point;
  point.examples = examples;
  point.learning_rate =
      sampled_loss_parabola(task, sample_for(options.tuning, examples)).best_learning_rate();
  const double longer =
      static_cast<double>(examples) / static_cast<double>(options.trained_examples);
  const double same_rate = options.learning_rate * longer;
  std::vector<double> model_losses;
  std::vector<double> descent_losses;
  std::vector<double> same_losses;
  std::vector<double> exact_losses;
  std::vector<std::vector<double>> further_losses(options.further.size());
  for_each_batch(task, sample_for(options.sample, examples), [&](const Prompts& batch) {
    const torch::Tensor step = gradient_descent_predictions(batch, 1.0);
    append(model_losses, prompt_losses(query_predictions(model, batch.tokens), batch.targets));
    append(descent_losses, prompt_losses(point.learning_rate * step, batch.targets));
    append(same_losses, prompt_losses(same_rate * step, batch.targets));
    append(exact_losses, prompt_losses(least_squares_predictions(batch), batch.targets));
    for (std::size_t i = 0; i < options.further.size(); ++i) {
      const DescentPolynomial steps = rescaled(options.further[i].descent, longer);
      append(further_losses[i], prompt_losses(descent_predictions(batch, steps), batch.targets));
    }
  });
  point.model = bootstrap_mean(model_losses, options.bootstrap);
  point.gradient_descent = bootstrap_mean(descent_losses, options.bootstrap);
  point.same_step = mean(same_losses);
  point.least_squares = mean(exact_losses);
  for (const std::vector<double>& losses : further_losses) point.further.push_back(mean(losses));
  return point;
}

/// about `count` whole numbers from first to last, both included
void add_lengths(std::vector<int64_t>& lengths, int64_t first, int64_t last, int64_t count) {
  const int64_t step = std::max<int64_t>(1, (last - first + count - 1) / count);
  for (int64_t length = first; length < last; length += step) lengths.push_back(length);
  if (last >= first) lengths.push_back(last);
}

}  // namespace

std::vector<int64_t> context_lengths(int64_t shortest, int64_t trained_examples, int64_t longest) {
  constexpr int64_t kWithin = 20;
  constexpr int64_t kBeyond = 10;
  std::vector<int64_t> lengths;
  add_lengths(lengths, shortest, trained_examples, kWithin);
  add_lengths(lengths,
              trained_examples + std::max<int64_t>(1, (longest - trained_examples) / kBeyond),
              longest, kBeyond);
  return lengths;
}

std::vector<ContextLengthPoint> sweep_context_length(const SequenceModel& model,
                                                     const LinearRegression& task,
                                                     const ContextLengthOptions& options) {
  std::vector<ContextLengthPoint> points;
  for (const int64_t examples : options.examples) {
    points.push_back(measure(model, task, examples, options));
  }
  return points;
}

void add_metrics(MetricList& list, const std::vector<ContextLengthPoint>& points,
                 int64_t trained_examples) {
  std::vector<double> ratios;
  std::vector<double> far_ratios;
  for (const ContextLengthPoint& point : points) {
    if (point.examples < trained_examples) continue;
    const double descent = point.further.empty() ? point.same_step : point.further.front();
    const double ratio = point.model.value / descent;
    far_ratios.push_back(ratio);
    if (point.examples <= 2 * trained_examples) ratios.push_back(ratio);
  }
  list.add("longer_context_loss_ratio", furthest_ratio(ratios), "ratio",
           "loss over that of gradient descent with as much per example, furthest from 1 among "
           "contexts of up to twice the trained number of examples");
  list.add("far_longer_context_loss_ratio", furthest_ratio(far_ratios), "ratio",
           "the same over the whole sweep of longer contexts");
}

Json to_json(const std::vector<ContextLengthPoint>& points, const ContextLengthOptions& options) {
  Json rows = Json::array();
  for (const ContextLengthPoint& point : points) {
    rows.push_back({{"examples", point.examples},
                    {"model", to_json(point.model)},
                    {"same_step", point.same_step},
                    {"gradient_descent", to_json(point.gradient_descent)},
                    {"learning_rate", point.learning_rate},
                    {"least_squares", point.least_squares}});
    for (std::size_t i = 0; i < options.further.size(); ++i) {
      rows.back()[options.further[i].name] = point.further[i];
    }
  }
  return {{"trained_examples", options.trained_examples},
          {"prompts", options.sample.prompts},
          {"points", rows}};
}

}  // namespace gril

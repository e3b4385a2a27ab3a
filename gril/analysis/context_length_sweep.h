#pragma once

#include <string>
#include <vector>

#include "gril/analysis/bootstrap.h"
#include "gril/analysis/metric_list.h"
#include "gril/analysis/prompt_sample.h"
#include "gril/analysis/steps/descent_polynomial.h"

namespace gril {

/// Losses for one number of context examples n; half squared error, mean over outputs.
struct ContextLengthPoint {
  int64_t examples = 0;
  Estimate model;
  double same_step = 0.0;     ///< gradient descent with the step per example of the trained length,
                              ///< η_N / N: what the construction does at every length
  Estimate gradient_descent;  ///< with the learning rate tuned for this n
  double learning_rate = 0.0;        ///< that rate
  double least_squares = 0.0;        ///< exact solution of least norm
  std::vector<double> further = {};  ///< losses of ContextLengthOptions::further
};

/// Steps of gradient descent under the name that results have for them.
struct NamedDescent {
  std::string name;
  DescentPolynomial descent;
};

/// How far to go and on which prompts.
struct ContextLengthOptions {
  std::vector<int64_t> examples;  ///< the lengths n, ascending
  int64_t trained_examples = 0;   ///< N
  double learning_rate = 0.0;     ///< η_N, tuned for N
  /// Several steps, tuned for N; at n examples each keeps its size per example, η_k n/N.
  std::vector<NamedDescent> further = {};
  PromptSample sample;  ///< its name is a prefix; every n has prompts of its own
  PromptSample tuning;
  BootstrapOptions bootstrap;
};

/// shortest … N (at most about 20 of them, N included), then about ten lengths up to `longest`. A
/// context of several segments needs an example of each: there `shortest` is their number.
std::vector<int64_t> context_lengths(int64_t shortest, int64_t trained_examples, int64_t longest);

/// Loss over context length, also beyond the trained one. Every length has prompts of its own, of
/// that many examples, so that the query is the last token in every layout.
std::vector<ContextLengthPoint> sweep_context_length(const SequenceModel& model,
                                                     const LinearRegression& task,
                                                     const ContextLengthOptions& options);

/// longer_context_loss_ratio and far_longer_context_loss_ratio: the loss over that of the best
/// several steps in `further` (without any, of the same step), furthest from 1 among contexts of
/// N … 2N examples, and among all of N examples and more.
void add_metrics(MetricList& list, const std::vector<ContextLengthPoint>& points,
                 int64_t trained_examples);

/// The file context_length.json; the format is in gril/analysis/README.md.
Json to_json(const std::vector<ContextLengthPoint>& points, const ContextLengthOptions& options);

}  // namespace gril

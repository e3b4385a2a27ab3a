#include <ATen/ATen.h>

#include <algorithm>

#include "gril/analysis/algorithms/classical_methods.h"
#include "gril/analysis/algorithms/cross_entropy_descent.h"
#include "gril/analysis/algorithms/logistic_regression.h"
#include "gril/analysis/algorithms/nearest_neighbours.h"
#include "gril/base/check.h"

namespace gril {
namespace {

ClassicalMethod all_alike() {
  return {
      .name = "all classes alike", .tuned = Json::object(), .predict = [](const Prompts& prompts) {
        const torch::Tensor& classes = prompts.context_targets;
        return at::zeros({classes.size(0), classes.size(2)}, classes.options());
      }};
}

Json numbers(const torch::Tensor& rates) {
  Json list = Json::array();
  for (int64_t k = 0; k < rates.size(0); ++k) list.push_back(rates[k].item<double>());
  return list;
}

ClassicalMethod descent(const torch::Tensor& rates, const Json& tuned, const char* ending) {
  return {.name = concatenate("cross-entropy descent, ", rates.size(0),
                              rates.size(0) == 1 ? " step" : " steps", ending),
          .tuned = tuned,
          .predict = [rates](const Prompts& prompts) {
            return cross_entropy_descent_scores(prompts, rates);
          }};
}

ClassicalMethod logistic(double penalty) {
  return {.name = "logistic regression",
          .tuned = {{"penalty", penalty}},
          .predict = [penalty](const Prompts& prompts) {
            return logistic_regression_scores(prompts, penalty);
          }};
}

ClassicalMethod method_of(const NearestNeighbours& neighbours) {
  return {.name = "nearest neighbours",
          .tuned = {{"neighbours", neighbours.neighbours}, {"smoothing", neighbours.smoothing}},
          .predict = [neighbours](const Prompts& prompts) {
            return nearest_scores(neighbours, prompts);
          }};
}

}  // namespace

std::vector<ClassicalMethod> classification_methods(const Prompts& tuning) {
  constexpr int64_t kMostSteps = 5;
  constexpr int64_t kFew = 1000;
  const at::NoGradGuard no_gradients;
  const Prompts few = prompt_rows(tuning, 0, std::min(kFew, tuning.targets.size(0)));
  std::vector<torch::Tensor> shared;
  std::vector<ClassicalMethod> methods = {all_alike()};
  for (int64_t steps = 1; steps <= kMostSteps; ++steps) {
    shared.push_back(tuned_shared_rates(steps, tuning));
    methods.push_back(
        descent(shared.back(), {{"learning_rate", shared.back()[0].item<double>()}}, ""));
  }
  for (auto rates = shared.begin() + 1; rates != shared.end(); ++rates) {
    const torch::Tensor free = tuned_free_rates(*rates, few);
    methods.push_back(descent(free, {{"learning_rates", numbers(free)}}, ", free rates"));
  }
  methods.push_back(logistic(tuned_logistic_penalty(few)));
  methods.push_back(method_of(tuned_for_classes(tuning)));
  return methods;
}

}  // namespace gril

#pragma once

#include <torch/types.h>

#include <functional>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// A textbook method that answers the query of a prompt from its context alone; it has learnt
/// nothing but the few parameters that were tuned.
struct ClassicalMethod {
  std::string name = {};  ///< "gradient descent, 2 steps, free rates"
  Json tuned = {};        ///< {"learning_rates": …}; {} where there is nothing to tune
  /// Predictions (B, m), or scores of the classes (B, C), for prompts in float64.
  std::function<torch::Tensor(const Prompts&)> predict = {};
};

/// Where the tuned single step of gradient descent stands in every list, and where the method that
/// does not look at the context does.
inline constexpr std::size_t kContextFree = 0;
inline constexpr std::size_t kOneStep = 1;

/// The methods for targets that are numbers, tuned for the least squared error on `tuning`:
///
///     always 0
///     gradient descent from zero, 1 … 5 steps of one rate       in_context_algorithm.h
///     gradient descent from zero, 2 … 5 steps of free rates     free_step_sizes.h
///     least squares of least norm                               gradient_descent_baseline.h
///     ridge regression                                          in_context_algorithm.h
///     k nearest neighbours                                      nearest_neighbours.h
///
/// Free rates are {"learning_rates": [η_1, …], "coefficients": [c_1, …]}, with the real parts of η,
/// and "imaginary_parts" beside them where one of these is not 0.
std::vector<ClassicalMethod> regression_methods(const Prompts& tuning);

/// The methods for targets that are classes, tuned for the least cross-entropy on `tuning`:
///
///     all classes alike
///     cross-entropy descent from zero, 1 … 5 steps of one rate      cross_entropy_descent.h
///     cross-entropy descent from zero, 2 … 5 steps of free rates
///     logistic regression with a ridge penalty                      logistic_regression.h
///     k nearest neighbours, smoothed                                nearest_neighbours.h
///
/// The free rates and the penalty are tuned on the first 1000 prompts. Cost: about 400 steps of
/// descent on all contexts and some thousands on those of the first 1000.
std::vector<ClassicalMethod> classification_methods(const Prompts& tuning);

/// One of both lists, as the task is scored.
std::vector<ClassicalMethod> classical_methods(const Scoring& scoring, const Prompts& tuning);

}  // namespace gril

#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gril/models/sequence_model.h"
#include "gril/tasks/in_context/linear_regression.h"

namespace gril {

/// Which prompts a number is measured on: all drawn from child_seed(seed, name), so that two
/// numbers with the same sample are measured on the same prompts, and samples with different names
/// never share one. The default name gives the prompts of evaluation/evaluate.h.
struct PromptSample {
  int64_t prompts = 10000;  ///< how many; at least 1
  uint64_t seed = 0;
  std::string name = "evaluation tasks";  ///< the stream of random numbers
  int64_t batch_size = 500;               ///< computed at once; at least 1
};

/// Calls `visit` with every batch of the sample, in float64, the last one smaller where it must be.
/// Errors: InvalidArgument "[prompt_sample] …" when prompts or batch_size is below 1.
void for_each_batch(const InContextTask& task, const PromptSample& sample,
                    const std::function<void(const Prompts&)>& visit);

/// The model's output at the last token, (B, m): its prediction for the query.
torch::Tensor query_predictions(const SequenceModel& model, const torch::Tensor& tokens);

/// Half squared error of every prompt, mean over its outputs: ½/m Σ_o (ŷ_o - y_o)², (B).
torch::Tensor prompt_losses(const torch::Tensor& predictions, const torch::Tensor& targets);

/// Appends the elements of a one-dimensional float64 tensor.
void append(std::vector<double>& values, const torch::Tensor& tensor);

/// The same task with one setting changed; heavy-tailed noise is Student's t with the degrees of
/// freedom that the task names.
LinearRegression with_examples(const LinearRegression& task, int64_t examples);
LinearRegression with_input_range(const LinearRegression& task, double input_range);
LinearRegression with_weight_scale(const LinearRegression& task, double weight_scale);
LinearRegression with_input_correlation(const LinearRegression& task, double correlation);
LinearRegression with_heavy_tailed_noise(const LinearRegression& task, double scale);

}  // namespace gril

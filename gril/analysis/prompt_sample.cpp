#include "gril/analysis/prompt_sample.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/seed.h"
#include "gril/evaluation/evaluate.h"
#include "gril/evaluation/loss.h"

namespace gril {
namespace {

/// The default name stands for the prompts that models are evaluated on, wherever they come from.
Prompts drawn(const InContextTask& task, const PromptSample& sample) {
  if (sample.name == PromptSample{}.name) {
    return evaluation_prompts(task, sample.prompts, sample.seed, torch::kFloat64);
  }
  return task.sample_prompts(sample.prompts, child_seed(sample.seed, sample.name), torch::kFloat64);
}

}  // namespace

void for_each_batch(const InContextTask& task, const PromptSample& sample,
                    const std::function<void(const Prompts&)>& visit) {
  require(sample.prompts >= 1 && sample.batch_size >= 1, "prompt_sample",
          "prompts and batch_size must be at least 1; got ", sample.prompts, " and ",
          sample.batch_size, '.');
  const Prompts all = drawn(task, sample);
  const int64_t count = all.targets.size(0);
  for (int64_t begin = 0; begin < count; begin += sample.batch_size) {
    visit(prompt_rows(all, begin, std::min(sample.batch_size, count - begin)));
  }
}

torch::Tensor query_predictions(const SequenceModel& model, const torch::Tensor& tokens) {
  return model.forward(tokens, {}).output.select(1, tokens.size(1) - 1);
}

torch::Tensor prompt_losses(const torch::Tensor& predictions, const torch::Tensor& targets) {
  return position_losses(LossKind::kHalfSquaredError, predictions, targets);
}

void append(std::vector<double>& values, const torch::Tensor& tensor) {
  const torch::Tensor plain = tensor.detach().to(torch::kFloat64).contiguous();
  const double* data = plain.data_ptr<double>();
  values.insert(values.end(), data, data + plain.numel());
}

LinearRegression with_examples(const LinearRegression& task, int64_t examples) {
  LinearRegressionOptions options = task.options();
  options.examples = examples;
  return LinearRegression(options);
}

LinearRegression with_input_range(const LinearRegression& task, double input_range) {
  LinearRegressionOptions options = task.options();
  options.input_range = input_range;
  return LinearRegression(options);
}

LinearRegression with_weight_scale(const LinearRegression& task, double weight_scale) {
  LinearRegressionOptions options = task.options();
  options.weight_scale = weight_scale;
  return LinearRegression(options);
}

LinearRegression with_input_correlation(const LinearRegression& task, double correlation) {
  LinearRegressionOptions options = task.options();
  options.input_correlation = correlation;
  return LinearRegression(options);
}

LinearRegression with_heavy_tailed_noise(const LinearRegression& task, double scale) {
  LinearRegressionOptions options = task.options();
  options.noise = NoiseLaw::kStudentT;
  options.label_noise = scale;
  return LinearRegression(options);
}

}  // namespace gril

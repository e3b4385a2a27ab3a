#include "gril/analysis/algorithms/context_span.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/algorithms/in_context_algorithm.h"
#include "gril/analysis/algorithms/nearest_neighbours.h"
#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/tasks/in_context/linear_regression.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

Prompts prompts(int64_t inputs, int64_t examples) {
  LinearRegressionOptions options;
  options.inputs = inputs;
  options.outputs = 2;
  options.examples = examples;
  options.layout = TokenLayout::kPairs;
  return LinearRegression(options).sample_prompts(30, 1, torch::kFloat64);
}

torch::Tensor descent(const Prompts& batch) {
  const ContextSpectrum spectrum = context_spectrum(batch);
  return filtered_predictions(spectrum, algorithm_filter({3, 2.0}, spectrum.eigenvalues));
}

TEST(ContextSpan, KeepsEveryInnerProduct) {
  const Prompts wide = prompts(9, 4);
  const Prompts narrow = in_context_span(wide);
  ASSERT_EQ(narrow.context_inputs.sizes(), (std::vector<int64_t>{30, 4, 4}));
  const auto products = [](const Prompts& batch, const torch::Tensor& others) {
    return at::bmm(batch.context_inputs, others.transpose(1, 2));
  };
  EXPECT_TRUE(testing::agrees("x x", products(narrow, narrow.context_inputs),
                              products(wide, wide.context_inputs), 1e-13));
  EXPECT_TRUE(testing::agrees("x x_q", products(narrow, narrow.query_inputs.unsqueeze(1)),
                              products(wide, wide.query_inputs.unsqueeze(1)), 1e-13));
}

TEST(ContextSpan, KeepsWhatAlgorithmsPredict) {
  const Prompts wide = prompts(9, 4);
  const Prompts narrow = in_context_span(wide);
  EXPECT_TRUE(testing::agrees("descent", descent(narrow), descent(wide), 1e-12));
  EXPECT_TRUE(testing::agrees("least squares", least_squares_predictions(narrow),
                              least_squares_predictions(wide), 1e-11));
  EXPECT_TRUE(testing::agrees("neighbours", nearest_means(narrow), nearest_means(wide), 1e-15));
}

TEST(ContextSpan, LeavesNarrowPromptsAsTheyAre) {
  const Prompts narrow = prompts(4, 4);
  EXPECT_TRUE(in_context_span(narrow).context_inputs.is_same(narrow.context_inputs));
}

}  // namespace
}  // namespace gril

// Gated linear RNNs that are not what their kernels look like at first sight.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/analyze.h"
#include "gril/analysis/decompiler/function_findings.h"
#include "gril/analysis/decompiler/polynomial_kernels.h"
#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/constructions/exact_model.h"
#include "gril/constructions/linear_attention_as_gated_rnn.h"
#include "gril/constructions/tensor_memory.h"
#include "tests/analysis/decompiler/example_networks.h"

namespace gril {
namespace {

AnalysisRequest small_request() {
  AnalysisRequest request;
  request.options.tasks = 400;
  request.options.tuning_tasks = 4000;
  request.options.sequences = 40;
  request.options.sequence_length = 32;
  request.options.most_heads = 1;
  request.options.bootstrap_samples = 20;
  return request;
}

Json conclusion_of(const ModelFile& file, const AnalysisRequest& request = small_request()) {
  return analyze_model(file, "m", request, {}).summary["conclusion"];
}

void expect_in(const std::string& part, const Json& conclusion) {
  const auto text = conclusion["sentence"].get<std::string>();
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

double rest_of(const GatedRnnWeights& weights) {
  return kernel_norms(polynomial_kernels(state_forms(weights))).relative_rest();
}

/// Attention of one head with a product of two memory neurons beside it, whose kernel has `rest`
/// of the norm of the attention's. Over a long sequence both neurons grow.
GatedRnnWeights with_another_term(const GatedRnnWeights& attention, double rest) {
  GatedRnnWeights weights = attention;
  const torch::Tensor first = at::eye(weights.state_size(), at::kDouble).narrow(0, 0, 1);
  weights.output_gate = at::cat({weights.output_gate, first});
  weights.output_map = at::cat({weights.output_map, first});
  const torch::Tensor column = at::ones({weights.output_size(), 1}, at::kDouble);
  const auto scaled = [&](double factor) {
    GatedRnnWeights result = weights;
    result.readout = at::cat({attention.readout, factor * column}, 1);
    return result;
  };
  return scaled(rest / rest_of(scaled(1.0)));
}

GatedRnnWeights one_head(int64_t width) { return attention_network(random_heads(1, width, 0, 5)); }

ModelFile file_of(const GatedRnnWeights& weights) {
  return {gated_rnn_model(weights), nullptr, nullptr};
}

TEST(FalseAttention, TheAttentionItselfIsStillFound) {
  const Json conclusion = conclusion_of(file_of(one_head(3)));
  EXPECT_EQ(conclusion["label"], "Linear attention");
  EXPECT_TRUE(conclusion["agrees"].get<bool>());
  expect_in("the attention leaves ", conclusion);
  expect_in("on 40 sequences of 32 independent standard normal tokens", conclusion);
}

TEST(FalseAttention, ASmallKernelThatMakesLargeAnswersIsNoAttention) {
  const GatedRnnWeights weights = with_another_term(one_head(3), 0.009);
  ASSERT_LE(rest_of(weights), 0.01);
  const Json conclusion = conclusion_of(file_of(weights));
  EXPECT_FALSE(conclusion["agrees"].get<bool>());
  EXPECT_EQ(conclusion["label"], "Not linear attention");
  expect_in("where at most 0.05 would do", conclusion);
}

TEST(FalseAttention, AFewPerCentOfTheAnswersMakeItCloseToAttention) {
  const auto label = [](double rest) {
    return conclusion_of(file_of(with_another_term(one_head(3), rest)))["label"];
  };
  AnalysisRequest request = small_request();
  const Analysis found =
      analyze_model(file_of(with_another_term(one_head(3), 0.001)), "m", request, {});
  double difference = 0.0;
  for (const Json& metric : found.summary["metrics"]) {
    if (metric["name"] == "attention_difference") difference = metric["value"].get<double>();
  }
  ASSERT_GT(difference, 0.0);
  EXPECT_EQ(label(0.001 * 0.07 / difference), "Close to linear attention");
  EXPECT_EQ(label(0.001 * 0.03 / difference), "Linear attention");
}

TEST(FalseAttention, OneSequenceGetsNoVerdict) {
  AnalysisRequest request = small_request();
  request.options.sequences = 1;
  const Json conclusion = conclusion_of(file_of(one_head(3)), request);
  EXPECT_EQ(conclusion["label"], "No verdict");
  expect_in("1 sequence is too few to judge by; at least 10 are needed", conclusion);
}

// The triple products of all sequences are more numbers than are held at once.
TEST(FalseAttention, IsMeasuredOnEverySequence) {
  constexpr int64_t kSmall = 1300;
  torch::Tensor tokens = random_numbers({kSmall + 20, 32, 8}, 3);
  tokens.narrow(0, 0, kSmall) *= 1e-3;
  SampleSequences sequences = given_sequences(tokens, "given");
  sequences.positions = Positions::kLast;
  const StateForms forms = state_forms(with_another_term(one_head(8), 0.009));
  const NeuronFindings neurons = find_neurons(forms, sequences, 0.0);
  EXPECT_GT(find_function(forms, neurons, sequences).attention_difference, 0.1);
}

LinearRegressionOptions regression() {
  LinearRegressionOptions options;
  options.inputs = 3;
  options.outputs = 2;
  options.examples = 6;
  options.layout = TokenLayout::kPairs;
  return options;
}

/// The trilinear tensor of a step whose learning rates per input are `factors` times the best one.
torch::Tensor step_tensor(const std::vector<double>& factors) {
  const LinearRegressionOptions task = regression();
  const double rate = expected_loss_parabola(task).best_learning_rate() / 6.0;
  const int64_t d = task.inputs + task.outputs;
  torch::Tensor tensor = at::zeros({task.outputs, d, d, d}, at::kDouble);
  for (int64_t k = 0; k < task.outputs; ++k) {
    for (int64_t i = 0; i < task.inputs; ++i) {
      const double weight = 0.5 * rate * factors[static_cast<std::size_t>(i)];
      tensor[k][i][task.inputs + k][i] = weight;
      tensor[k][task.inputs + k][i][i] = weight;
    }
  }
  return tensor;
}

ModelFile regression_file(const torch::Tensor& tensor) {
  const torch::Tensor unit = at::eye(tensor.size(1), at::kDouble);
  const MemoryQueryForm form = tensor_memory(tensor, unit, unit);
  return {exact_model({linear_attention_as_gated_rnn(form)}, at::kDouble), nullptr,
          LinearRegression(regression()).config()};
}

TEST(FalseAttention, AStepReadOffItsKernelIsStillOne) {
  const Json conclusion = conclusion_of(regression_file(step_tensor({1.0, 1.0, 1.0})));
  EXPECT_EQ(conclusion["label"], "One gradient-descent step");
  EXPECT_TRUE(conclusion["agrees"].get<bool>()) << conclusion;
}

TEST(FalseAttention, AStepWithOtherProductsBesideItIsNoStep) {
  torch::Tensor tensor = step_tensor({1.0, 1.0, 1.0});
  tensor.select(1, 0).select(1, 0).select(1, 0).fill_(0.5);
  EXPECT_NE(conclusion_of(regression_file(tensor))["label"], "One gradient-descent step");
}

TEST(FalseAttention, StepsOfOtherSizesWithTheRightMeanAreNoStep) {
  EXPECT_NE(conclusion_of(regression_file(step_tensor({0.5, 1.0, 1.5})))["label"],
            "One gradient-descent step");
}

TEST(FalseAttention, AStepTooLongIsCloseToOne) {
  const Json conclusion = conclusion_of(regression_file(step_tensor({1.07, 1.07, 1.07})));
  EXPECT_EQ(conclusion["label"], "Linear attention");
  expect_in("It is close to, but not, one gradient-descent step: ", conclusion);
  expect_in("its learning rate is 1.07 times the best, where at most 5 % would do", conclusion);
}

}  // namespace
}  // namespace gril

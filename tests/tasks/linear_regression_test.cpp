#include "gril/tasks/in_context/linear_regression.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 20241015;

double average(const torch::Tensor& tensor) { return tensor.mean().item<double>(); }
double variance(const torch::Tensor& tensor) { return tensor.var().item<double>(); }

LinearRegressionOptions sized(int64_t inputs, int64_t outputs, int64_t examples) {
  LinearRegressionOptions options;
  options.inputs = inputs;
  options.outputs = outputs;
  options.examples = examples;
  return options;
}

/// The map that fits a context best, (B, m, d): needs N ≥ d.
torch::Tensor least_squares_map(const Prompts& batch) {
  const torch::Tensor x = batch.context_inputs;
  const torch::Tensor gram = x.transpose(1, 2).matmul(x);
  const torch::Tensor cross = x.transpose(1, 2).matmul(batch.context_targets);
  return at::linalg_inv(gram).matmul(cross).transpose(1, 2);
}

TEST(LinearRegression, InputsAreUniformInTheirRange) {
  LinearRegressionOptions options = sized(5, 2, 9);
  options.input_range = 3.0;
  const Prompts batch = LinearRegression(options).sample_prompts(2000, kSeed, at::kDouble);
  const torch::Tensor x =
      at::cat({batch.context_inputs, batch.query_inputs.unsqueeze(1)}, 1).flatten();
  EXPECT_LE(x.max().item<double>(), 1.5);
  EXPECT_GE(x.min().item<double>(), -1.5);
  // 100,000 draws: five standard errors of mean and variance.
  EXPECT_NEAR(average(x), 0.0, 5 * std::sqrt(0.75 / 1e5));
  EXPECT_NEAR(variance(x), 9.0 / 12, 5 * std::sqrt((81.0 / 80 - 0.5625) / 1e5));
}

TEST(LinearRegression, EveryPromptHasOneMapForContextAndQuery) {
  LinearRegressionOptions options = sized(3, 2, 8);
  options.weight_scale = 2.0;
  const Prompts batch = LinearRegression(options).sample_prompts(4000, kSeed, at::kDouble);
  const torch::Tensor map = least_squares_map(batch);
  const torch::Tensor predicted = map.matmul(batch.query_inputs.unsqueeze(2)).squeeze(2);
  EXPECT_LT((predicted - batch.targets).abs().max().item<double>(), 1e-9);
  // 24,000 entries of W: normal, mean 0, standard deviation 2.
  EXPECT_NEAR(average(map), 0.0, 5 * 2 / std::sqrt(24000));
  EXPECT_NEAR(variance(map), 4.0, 5 * 4 * std::sqrt(2.0 / 24000));
  EXPECT_NEAR(average(map.pow(4)), 48.0, 5 * 16 * std::sqrt(96.0 / 24000));
}

TEST(LinearRegression, LabelNoiseHasItsLevelAndChangesNothingElse) {
  LinearRegressionOptions options = sized(4, 1, 10);
  const Prompts clean = LinearRegression(options).sample_prompts(2000, kSeed, at::kDouble);
  options.label_noise = 0.25;
  const Prompts noisy = LinearRegression(options).sample_prompts(2000, kSeed, at::kDouble);
  EXPECT_TRUE(at::equal(noisy.context_inputs, clean.context_inputs));
  EXPECT_TRUE(at::equal(noisy.query_inputs, clean.query_inputs));
  const torch::Tensor context_noise = noisy.context_targets - clean.context_targets;
  const torch::Tensor query_noise = noisy.targets - clean.targets;
  EXPECT_NEAR(variance(context_noise), 0.0625, 5 * 0.0625 * std::sqrt(2.0 / 20000));
  EXPECT_NEAR(variance(query_noise), 0.0625, 5 * 0.0625 * std::sqrt(2.0 / 2000));
  EXPECT_NEAR(average(context_noise), 0.0, 5 * 0.25 / std::sqrt(20000));
}

TEST(LinearRegression, StudentNoiseHasItsTailsAndChangesNothingElse) {
  LinearRegressionOptions options = sized(4, 1, 10);
  const Prompts clean = LinearRegression(options).sample_prompts(20000, kSeed, at::kDouble);
  options.label_noise = 0.25;
  options.noise = NoiseLaw::kStudentT;
  options.noise_degrees = 5;
  const Prompts noisy = LinearRegression(options).sample_prompts(20000, kSeed, at::kDouble);
  EXPECT_TRUE(at::equal(noisy.context_inputs, clean.context_inputs));
  const torch::Tensor noise =
      ((noisy.context_targets - clean.context_targets) / options.label_noise).abs().flatten();
  // 200,000 draws. P(|t_5| > 2.015048, 2.570582, 4.032143) = 0.1, 0.05, 0.01, from its table.
  const auto share_above = [&](double bound) {
    return noise.gt(bound).to(at::kDouble).mean().item<double>();
  };
  EXPECT_NEAR(share_above(2.015048), 0.10, 5 * std::sqrt(0.09 / 2e5));
  EXPECT_NEAR(share_above(2.570582), 0.05, 5 * std::sqrt(0.0475 / 2e5));
  EXPECT_NEAR(share_above(4.032143), 0.01, 5 * std::sqrt(0.0099 / 2e5));
  // E t² = ν/(ν - 2), E t⁴ = 3ν²/((ν - 2)(ν - 4)) = 25.
  EXPECT_NEAR(average(noise.square()), 5.0 / 3, 5 * std::sqrt((25 - 25.0 / 9) / 2e5));
  EXPECT_DOUBLE_EQ(noise_of(options).variance(), 0.0625 * 5 / 3);
}

TEST(LinearRegression, CorrelatedInputsHaveTheirCovariance) {
  for (const double correlation : {0.8, -0.5}) {
    LinearRegressionOptions options = sized(4, 1, 9);
    options.input_range = std::sqrt(12.0);
    options.input_correlation = correlation;
    const Prompts batch = LinearRegression(options).sample_prompts(20000, kSeed, at::kDouble);
    const torch::Tensor x = batch.context_inputs.reshape({-1, 4});
    EXPECT_LT(x.mean(0).abs().max().item<double>(), 5 / std::sqrt(1.8e5));
    const torch::Tensor covariance = x.t().matmul(x) / 1.8e5;
    for (int64_t i = 0; i < 4; ++i) {
      for (int64_t j = 0; j < 4; ++j) {
        EXPECT_NEAR(covariance[i][j].item<double>(), std::pow(correlation, std::abs(i - j)),
                    5 * std::sqrt(2 / 1.8e5));
      }
    }
    // The null loss ½ d r²/12 s² does not depend on the correlation.
    EXPECT_NEAR(0.5 * average(batch.targets.square()), 2.0, 0.15);
    // The map is still linear in what is shown.
    const torch::Tensor predicted =
        least_squares_map(batch).matmul(batch.query_inputs.unsqueeze(2)).squeeze(2);
    EXPECT_LT((predicted - batch.targets).abs().max().item<double>(), 1e-6);
  }
}

TEST(LinearRegression, WithoutNoiseAndCorrelationDrawsWhatItAlwaysDrew) {
  // One generator: the inputs, then the maps, then the noise.
  LinearRegressionOptions options = sized(3, 2, 4);
  options.label_noise = 0.5;
  const Prompts batch = LinearRegression(options).sample_prompts(2, kSeed, at::kDouble);
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(kSeed);
  const torch::Tensor inputs = at::empty({2, 5, 3}, at::kFloat).uniform_(-0.5, 0.5, generator);
  const torch::Tensor weights = at::empty({2, 3, 2}, at::kFloat).normal_(0, 1, generator);
  const torch::Tensor noise = at::empty({2, 5, 2}, at::kFloat).normal_(0, 0.5, generator);
  const torch::Tensor labels =
      at::bmm(inputs.to(at::kDouble), weights.to(at::kDouble)) + noise.to(at::kDouble);
  EXPECT_TRUE(at::equal(batch.context_inputs, inputs.narrow(1, 0, 4).to(at::kDouble)));
  EXPECT_TRUE(at::allclose(batch.targets, labels.select(1, 4), 1e-12, 1e-12));
}

TEST(LinearRegression, NullAndOneStepLossesEqualTheirFormulas) {
  // One gradient step from 0 with rate η: ½ d σ² (1 - 2 η σ² + η² m₂) per output, where σ² and m₂
  // are moments of the inputs; at d = N = 10 and the best rate 0.20623, without a step 0.41667.
  const Prompts batch =
      LinearRegression(sized(10, 10, 10)).sample_prompts(8000, kSeed, at::kDouble);
  const torch::Tensor map =
      batch.context_targets.transpose(1, 2).matmul(batch.context_inputs) * (6.0606 / 10);
  const torch::Tensor predicted = map.matmul(batch.query_inputs.unsqueeze(2)).squeeze(2);
  EXPECT_NEAR(0.5 * average(batch.targets.square()), 0.41667, 0.006);
  EXPECT_NEAR(0.5 * average((predicted - batch.targets).square()), 0.20623, 0.005);
}

TEST(LinearRegression, HasTheLawOfGatedRnnsDiscoverAttention) {
  // arXiv 2309.01775, section 5: d = m = 3, N = 12, coordinates uniform with variance 1, tokens
  // (x_i ; y_i) and (x_q ; 0). gated_rnn_attention.md 4.2.
  LinearRegressionOptions options = sized(3, 3, 12);
  options.layout = TokenLayout::kPairs;
  options.input_range = 2 * std::sqrt(3.0);
  const Prompts batch = LinearRegression(options).sample_prompts(100000, kSeed, at::kDouble);
  const torch::Tensor x = batch.context_inputs;
  EXPECT_NEAR(x.square().mean().item<double>(), 1, 0.01);
  EXPECT_NEAR(x.pow(4).mean().item<double>(), 9.0 / 5, 0.02);
  EXPECT_TRUE(at::equal(batch.tokens.narrow(1, 0, 12), at::cat({x, batch.context_targets}, 2)));
  EXPECT_TRUE(at::equal(batch.tokens.select(1, 12),
                        at::cat({batch.query_inputs, at::zeros_like(batch.targets)}, 1)));
  // Eqs. (6) and (7): the optimal step and its mean squared error per coordinate.
  const double rate = 1 / (12 + 3 - 1.0 / 5);
  const torch::Tensor map = batch.context_targets.transpose(1, 2).matmul(x) * rate;
  const torch::Tensor predicted = map.matmul(batch.query_inputs.unsqueeze(2)).squeeze(2);
  const double error = (predicted - batch.targets).square().mean().item<double>();
  EXPECT_NEAR(error, 3 * (3 - 1.0 / 5) / (12 + 3 - 1.0 / 5), 0.01);
}

TEST(LinearRegression, TokensHoldThePromptInItsLayout) {
  LinearRegressionOptions options = sized(3, 1, 2);
  options.layout = TokenLayout::kInterleaved;
  const LinearRegression task(options);
  const Prompts batch = task.sample_prompts(5, kSeed, at::kFloat);
  EXPECT_EQ(batch.tokens.sizes(), (std::vector<int64_t>{5, 5, 3}));
  EXPECT_EQ(task.token_width(), 3);
  EXPECT_EQ(task.output_size(), 1);
  EXPECT_TRUE(at::equal(batch.tokens.select(1, 2), batch.context_inputs.select(1, 1)));
  EXPECT_TRUE(
      at::equal(batch.tokens.select(1, 3).narrow(1, 2, 1), batch.context_targets.select(1, 1)));
  EXPECT_TRUE(at::equal(batch.tokens.select(1, 4), batch.query_inputs));
}

TEST(LinearRegression, OneSeedIsOneSetOfPromptsInEveryDtype) {
  const LinearRegression task(sized(4, 3, 6));
  const Prompts first = task.sample_prompts(7, kSeed, at::kFloat);
  const Prompts again = task.sample_prompts(7, kSeed, at::kFloat);
  const Prompts wide = task.sample_prompts(7, kSeed, at::kDouble);
  const Prompts other = task.sample_prompts(7, kSeed + 1, at::kFloat);
  EXPECT_TRUE(at::equal(first.tokens, again.tokens));
  EXPECT_TRUE(at::equal(first.targets, again.targets));
  EXPECT_TRUE(at::equal(first.context_inputs.to(at::kDouble), wide.context_inputs));
  EXPECT_TRUE(at::allclose(first.targets.to(at::kDouble), wide.targets, 1e-5, 1e-6));
  EXPECT_FALSE(at::equal(first.tokens, other.tokens));
}

template <typename Change>
std::string message_for(const Change& change) {
  LinearRegressionOptions options;
  change(options);
  return error_text<InvalidArgument>([&] { LinearRegression{options}; });
}

TEST(LinearRegression, RefusesValuesOutsideTheirRule) {
  EXPECT_EQ(message_for([](auto& o) { o.inputs = 0; }),
            "[linear_regression] inputs must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.outputs = -1; }),
            "[linear_regression] outputs must be at least 1; got -1.");
  EXPECT_EQ(message_for([](auto& o) { o.examples = 0; }),
            "[linear_regression] examples must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.input_range = 0; }),
            "[linear_regression] input_range must lie in [1e-09, 1e+09], so that float32 holds the "
            "numbers; got "
            "0.");
  EXPECT_EQ(message_for([](auto& o) { o.weight_scale = -2; }),
            "[linear_regression] weight_scale must lie in [1e-09, 1e+09], so that float32 holds "
            "the numbers; got "
            "-2.");
  EXPECT_EQ(message_for([](auto& o) { o.weight_scale = 1e38; }),
            "[linear_regression] weight_scale must lie in [1e-09, 1e+09], so that float32 holds "
            "the numbers; got "
            "1e+38.");
  EXPECT_EQ(message_for([](auto& o) { o.label_noise = -0.5; }),
            "[linear_regression] label_noise must lie in [0, 1e+09]; got -0.5.");
  EXPECT_EQ(message_for([](auto& o) { o.label_noise = 1e38; }),
            "[linear_regression] label_noise must lie in [0, 1e+09]; got 1e+38.");
  EXPECT_EQ(message_for([](auto& o) { o.noise_degrees = 2; }),
            "[linear_regression] noise_degrees must be above 2, so that labels have a variance; "
            "got 2.");
  EXPECT_EQ(message_for([](auto& o) { o.input_correlation = 1; }),
            "[linear_regression] input_correlation must be above -1 and below 1; got 1.");
  EXPECT_EQ(message_for([](auto& o) { o.segments = 11; }),
            "[linear_regression] segments must lie in [1, examples] = [1, 10]; got 11.");
  EXPECT_EQ(message_for([](auto& o) { o.outputs = 11; }),
            "[token_layout] interleaved tokens hold at most as many outputs as inputs; got 11 "
            "outputs and 10 inputs. Use blocks.");
}

TEST(LinearRegression, TheLargestScalesGiveFiniteNumbers) {
  LinearRegressionOptions options;
  options.input_range = options.weight_scale = options.label_noise = 1e9;
  const Batch batch = LinearRegression(options).sample(64, 3, at::kFloat);
  EXPECT_TRUE(batch.tokens.isfinite().all().item<bool>());
  EXPECT_TRUE(batch.targets.square().sum().isfinite().item<bool>());
}

TEST(LinearRegression, NoiseLawsHaveNames) {
  for (const std::string& name : noise_law_names()) {
    EXPECT_EQ(noise_law_name(noise_law_from_name(name)), name);
  }
  EXPECT_EQ(error_text<InvalidArgument>([] { noise_law_from_name("students"); }),
            "[label_noise] noise must be one of normal, student_t; got \"students\". Did you mean "
            "\"student_t\"?");
}

TEST(LinearRegression, SegmentsAddTheirMarkerAndChangeNothingElse) {
  LinearRegressionOptions options = sized(3, 2, 5);
  options.layout = TokenLayout::kPairs;
  const Prompts plain = LinearRegression(options).sample_prompts(4, kSeed, at::kDouble);
  options.segments = 2;
  const LinearRegression task(options);
  const Prompts marked = task.sample_prompts(4, kSeed, at::kDouble);
  EXPECT_EQ(task.token_width(), 7);
  EXPECT_TRUE(at::equal(marked.tokens.narrow(2, 0, 5), plain.tokens));
  EXPECT_TRUE(at::equal(marked.targets, plain.targets));
  const at::Tensor markers =
      at::tensor({1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0}, at::kDouble);
  for (int64_t b = 0; b < 4; ++b) {
    EXPECT_TRUE(at::equal(marked.tokens[b].narrow(1, 5, 2), markers.view({6, 2})));
  }
  const ExampleLabels labels = task.labels(marked);
  EXPECT_EQ(labels.title, "pairs tokens: 5 examples of 3 inputs and 2 outputs in 2 segments");
  EXPECT_EQ(labels.tokens[3].back().name, "segment_2");
}

TEST(LinearRegression, RefusesEmptyBatchesAndOtherDtypes) {
  const LinearRegression task({});
  EXPECT_EQ(error_text<InvalidArgument>([&] { task.sample_prompts(0, kSeed, at::kFloat); }),
            "[linear_regression] a batch must hold at least 1 sequence; got 0.");
  EXPECT_EQ(error_text<InvalidArgument>([&] { task.sample_prompts(1, kSeed, at::kLong); }),
            "[linear_regression] dtype must be float32 or float64; got Long.");
}

}  // namespace
}  // namespace gril

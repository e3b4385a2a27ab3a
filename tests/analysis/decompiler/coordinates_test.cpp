// One function, one answer: the whole analysis of a network and of the same network in other
// coordinates. Source: gated_rnn_attention.md 2.8.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "gril/analysis/analyze.h"
#include "gril/constructions/linear_attention_model.h"
#include "gril/constructions/random_linear_attention.h"
#include "tests/analysis/decompiler/example_networks.h"

namespace gril {
namespace {

/// What describes the network as it is stored, not its function.
const std::set<std::string> kStored = {
    "neurons",          "memory_neurons",      "forget_neurons",     "between_neurons",
    "outside_neurons",  "remembering_neurons", "forgetting_neurons", "pruned_neurons",
    "pruned_difference"};

/// How the search for heads went.
const std::set<std::string> kCourse = {"sweeps", "converged"};

struct Subject {
  GatedRnnWeights weights;
  Json claim = nullptr;
  Json task = nullptr;
  int64_t heads = 1;        ///< of the layers that it is compared with
  double rounding = 1e-12;  ///< numbers below it are rounding
};

Analysis analysis_of(const Subject& subject, const GatedRnnWeights& weights) {
  AnalysisRequest request;
  request.options.tasks = 20;
  request.options.tuning_tasks = 20;
  request.options.sequences = 20;
  request.options.sequence_length = 12;
  request.options.bootstrap_samples = 10;
  request.options.most_heads = subject.heads;
  const ModelFile file{gated_rnn_model(weights), subject.claim, subject.task};
  return analyze_model(file, "m", request, {});
}

/// Metrics by name, without those of the stored network.
Json function_metrics(const Analysis& analysis) {
  Json metrics;
  for (const Json& metric : analysis.summary["metrics"]) {
    const auto name = metric["name"].get<std::string>();
    if (kStored.count(name) == 0) metrics[name] = metric;
  }
  return metrics;
}

void expect_same_numbers(const Json& actual, const Json& expected, double rounding) {
  const Json found = actual.flatten();
  const Json wanted = expected.flatten();
  ASSERT_EQ(found.size(), wanted.size());
  for (const auto& [path, value] : wanted.items()) {
    if (kCourse.count(Json::json_pointer(path).back()) != 0) continue;
    if (path.find("/start_distances/") != std::string::npos) continue;
    ASSERT_TRUE(found.contains(path)) << path;
    if (!value.is_number_float()) {
      EXPECT_EQ(found[path], value) << path;
      continue;
    }
    const double number = value.get<double>();
    EXPECT_NEAR(found[path].get<double>(), number, 1e-6 * std::abs(number) + rounding) << path;
  }
}

void expect_one_answer(const Subject& subject) {
  const Analysis expected = analysis_of(subject, subject.weights);
  for (const uint64_t seed : {1U, 2U}) {
    const Analysis actual = analysis_of(subject, in_other_coordinates(subject.weights, seed));
    EXPECT_EQ(actual.summary["conclusion"]["label"], expected.summary["conclusion"]["label"]);
    expect_same_numbers(function_metrics(actual), function_metrics(expected), subject.rounding);
    ASSERT_EQ(actual.files.size(), expected.files.size());
    for (const auto& [name, content] : expected.files) {
      if (name == "neurons" || name == "pruning" || name == "canonical") continue;
      SCOPED_TRACE(name);
      expect_same_numbers(actual.file(name), content, subject.rounding);
    }
  }
}

double metric(const Analysis& analysis, const std::string& name) {
  return function_metrics(analysis).at(name).at("value").get<double>();
}

Subject construction(const RandomAttentionOptions& attention, AttentionVariant variant) {
  const LinearAttentionClaim claim{random_linear_attention(attention, 3), variant};
  const ModelFile file = linear_attention_model(claim, at::kDouble);
  const auto& layer = dynamic_cast<const GatedLinearRnn&>(file.model->layer(0));
  // Of an exact construction much is 0 up to the tolerance of the search for heads.
  return {.weights = gated_rnn_weights(layer), .claim = file.claim, .rounding = 1e-8};
}

/// Adds noise to all that the invariances leave free: what can be mixed must keep the constant gate
/// and the eigenvalue 0.
void disturb(GatedRnnWeights& weights, double noise) {
  const auto drawn = [&](const torch::Tensor& like, uint64_t seed) {
    return noise * random_numbers(like.sizes().vec(), seed);
  };
  const torch::Tensor remembers = (weights.eigenvalues != 0).to(at::kDouble);
  weights.input_map = weights.input_map + drawn(weights.input_map, 1);
  weights.input_gate = weights.input_gate + remembers.unsqueeze(1) * drawn(weights.input_gate, 2);
  weights.eigenvalues = weights.eigenvalues - remembers * drawn(weights.eigenvalues, 3).abs();
  weights.output_gate = weights.output_gate + drawn(weights.output_gate, 4);
  weights.output_map = weights.output_map + drawn(weights.output_map, 5);
  weights.readout = weights.readout + drawn(weights.readout, 6);
}

/// Two neurons with the same input and eigenvalue, read with opposite signs: each has influence,
/// both together none.
void add_cancelling_pair(GatedRnnWeights& weights, double eigenvalue, uint64_t seed) {
  const torch::Tensor row = random_numbers({1, weights.input_size() + 1}, seed);
  const torch::Tensor column = random_numbers({weights.gate_size(), 1}, seed + 1);
  weights.input_gate = at::cat({weights.input_gate, row, row});
  weights.input_map = at::cat({weights.input_map, row, row});
  weights.eigenvalues = at::cat({weights.eigenvalues, at::full({2}, eigenvalue, at::kDouble)});
  const torch::Tensor silent = at::zeros_like(column);
  if (!weights.side_gate) weights.output_gate = at::cat({weights.output_gate, silent, silent}, 1);
  weights.output_map = at::cat({weights.output_map, column, -column}, 1);
}

TEST(OtherCoordinates, LeaveTheAnswerForAConstruction) {
  for (const AttentionVariant variant :
       {AttentionVariant::kBasic, AttentionVariant::kSymmetric, AttentionVariant::kSideGated}) {
    expect_one_answer(construction({.width = 3}, variant));
  }
  expect_one_answer(construction({.width = 3, .value_rank = 1, .key_query_rank = 2, .decay = 0.9},
                                 AttentionVariant::kLowRank));
}

TEST(OtherCoordinates, LeaveTheAnswerNearAConstruction) {
  for (const double noise : {1e-3, 0.05}) {
    Subject subject = construction({.width = 3}, AttentionVariant::kBasic);
    disturb(subject.weights, noise);
    add_cancelling_pair(subject.weights, 0.7, 7);
    add_cancelling_pair(subject.weights, 0.0, 9);
    subject.rounding = 1e-12;
    expect_one_answer(subject);
  }
}

TEST(OtherCoordinates, LeaveTheAnswerForTwoHeads) {
  Subject subject = construction({.width = 3, .heads = 2}, AttentionVariant::kSymmetric);
  disturb(subject.weights, 1e-3);
  subject.heads = 2;
  subject.rounding = 1e-10;
  expect_one_answer(subject);
}

TEST(OtherCoordinates, LeaveTheAnswerFarFromAnyAttention) {
  expect_one_answer({.weights = random_network({.features = 2, .polarised = true}, 4)});
  expect_one_answer(
      {.weights = random_network({.features = 2, .side_gate = true, .polarised = true}, 4)});
}

/// One gradient-descent step on tokens (x ; y), with and without noise: all its directions have
/// one singular value.
TEST(OtherCoordinates, LeaveTheLearningRate) {
  AttentionHeads heads{at::zeros({1, 2, 5}, at::kDouble), at::zeros({1, 5, 5}, at::kDouble)};
  for (int64_t k = 0; k < 2; ++k) heads.values[0][k][3 + k] = 1.0;
  for (int64_t i = 0; i < 3; ++i) heads.products[0][i][i] = 0.0676;
  for (const double noise : {0.0, 1e-3}) {
    Subject subject{.weights = attention_network(heads),
                    .task = {{"kind", "linear_regression"},
                             {"inputs", 3},
                             {"outputs", 2},
                             {"examples", 12},
                             {"layout", "pairs"},
                             {"input_range", 2.0 * std::sqrt(3.0)}},
                    .rounding = noise == 0.0 ? 1e-8 : 1e-12};
    disturb(subject.weights, noise);
    EXPECT_NEAR(metric(analysis_of(subject, subject.weights), "learning_rate_per_example"), 0.0676,
                10.0 * noise + 1e-12);
    expect_one_answer(subject);
  }
}

TEST(OtherCoordinates, NeuronsThatCancelAreNoObstacle) {
  Subject subject = construction({.width = 2}, AttentionVariant::kBasic);
  add_cancelling_pair(subject.weights, 1.2, 7);
  const Analysis analysis = analysis_of(subject, subject.weights);
  EXPECT_EQ(analysis.summary["conclusion"]["label"], "Linear attention");
  EXPECT_LT(metric(analysis, "kernel_distance"), 1e-10);
  expect_one_answer(subject);
}

/// A growing neuron in many equal parts, each of which alone hardly matters.
TEST(OtherCoordinates, AnObstacleCannotHideInParts) {
  Subject subject = construction({.width = 2}, AttentionVariant::kBasic);
  constexpr int64_t kParts = 400;
  const torch::Tensor row = random_numbers({1, 3}, 7);
  const torch::Tensor column = random_numbers({subject.weights.gate_size(), 1}, 8) / kParts;
  GatedRnnWeights& weights = subject.weights;
  weights.input_gate = at::cat({weights.input_gate, row.expand({kParts, 3})});
  weights.input_map = at::cat({weights.input_map, row.expand({kParts, 3})});
  weights.eigenvalues = at::cat({weights.eigenvalues, at::full({kParts}, 1.1, at::kDouble)});
  weights.output_gate =
      at::cat({weights.output_gate, at::zeros_like(column).expand({-1, kParts})}, 1);
  weights.output_map = at::cat({weights.output_map, column.expand({-1, kParts})}, 1);
  const Analysis analysis = analysis_of(subject, weights);
  EXPECT_EQ(analysis.summary["conclusion"]["label"], "No kernel form");
  EXPECT_NE(analysis.file("kernels")["reason"].get<std::string>().find("is 1.1, outside [0, 1]"),
            std::string::npos);
}

}  // namespace
}  // namespace gril

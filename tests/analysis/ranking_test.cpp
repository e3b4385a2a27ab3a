#include "gril/analysis/ranking.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "gril/analysis/prompt_sample.h"
#include "gril/base/error.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/evaluation/evaluate.h"
#include "tests/analysis/classification_task.h"
#include "tests/analysis/descent_model.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr RankingOptions kFew{
    .tasks = 600, .tuning_tasks = 600, .seed = 3, .bootstrap_samples = 200};

std::shared_ptr<LinearRegression> task() {
  return std::make_shared<LinearRegression>(small_task());
}

Contender descents(const std::string& name, const std::vector<double>& rates) {
  Contender contender{.name = name, .task = task(), .training_sequences = 640};
  for (const double rate : rates) {
    contender.models.push_back(descent_model(*task(), rate));
    contender.sources.push_back(name + "/seed-" + std::to_string(contender.models.size()));
  }
  return contender;
}

const Ranked& row(const Ranking& ranking, const std::string& name) {
  const auto found = std::find_if(ranking.rows.begin(), ranking.rows.end(),
                                  [&](const Ranked& other) { return other.name == name; });
  if (found == ranking.rows.end()) throw std::out_of_range(name);
  return *found;
}

double tuned_rate(const Ranking& ranking) {
  return row(ranking, ranking.reference).tuned.at("learning_rate").get<double>();
}

TEST(Ranking, ANetworkThatIsTheTunedStepTiesWithIt) {
  const double rate = tuned_rate(rank({descents("any", {1.0})}, kFew, {}));
  const Ranking ranking = rank({descents("network", {rate})}, kFew, {});
  const Ranked& network = row(ranking, "network");
  EXPECT_EQ(ranking.reference, "gradient descent, 1 step");
  EXPECT_NEAR(network.ratio.value, 1.0, 1e-9);
  EXPECT_NEAR(network.ratio.low, 1.0, 1e-9);
  EXPECT_NEAR(network.ratio.high, 1.0, 1e-9);
  EXPECT_NEAR(network.loss.value, row(ranking, ranking.reference).loss.value, 1e-9);
  EXPECT_LT(network.loss.low, network.loss.value);
  EXPECT_EQ(network.kind, "learned");
  EXPECT_EQ(row(ranking, ranking.reference).kind, "classical");
}

TEST(Ranking, MeasuresOnThePromptsOfGrilEvaluate) {
  const Ranking ranking = rank({descents("network", {2.0})}, kFew, {});
  const auto evaluation =
      evaluate(*descent_model(*task(), 2.0), task()->scoring(),
               evaluation_tasks(*task(), kFew.tasks, kFew.seed, torch::kFloat64));
  EXPECT_NEAR(row(ranking, "network").loss.value, evaluation.loss.value, 1e-12);
  EXPECT_EQ(ranking.loss_convention, evaluation.loss.unit);
  EXPECT_EQ(ranking.prompts, kFew.tasks);
}

TEST(Ranking, SortsByLoss) {
  const Ranking ranking = rank({descents("bad", {40.0}), descents("good", {4.0})}, kFew, {});
  EXPECT_EQ(ranking.rows.size(), 15U);
  for (std::size_t i = 1; i < ranking.rows.size(); ++i) {
    EXPECT_LE(ranking.rows[i - 1].loss.value, ranking.rows[i].loss.value);
  }
  EXPECT_EQ(ranking.rows.back().name, "bad");
}

// The steps with η = 40 and 20 are far beyond the best one, near 6.
TEST(Ranking, SpeaksForTheSeedInTheMiddle) {
  const Ranking ranking = rank({descents("network", {40.0, 5.0, 20.0})}, kFew, {});
  const Ranked& network = row(ranking, "network");
  ASSERT_EQ(network.seed_losses.size(), 3U);
  const auto alone = [&](double rate) {
    return row(rank({descents("network", {rate})}, kFew, {}), "network").loss.value;
  };
  EXPECT_EQ(network.seed_losses[0], alone(5.0));
  EXPECT_EQ(network.seed_losses[1], alone(20.0));
  EXPECT_EQ(network.seed_losses[2], alone(40.0));
  EXPECT_EQ(network.loss.value, alone(20.0));
}

TEST(Ranking, ADivergedSeedComesLast) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Ranking ranking =
      rank({descents("broken", {nan}), descents("network", {nan, 5.0})}, kFew, {});
  EXPECT_EQ(ranking.rows.back().name, "broken");
  EXPECT_TRUE(std::isfinite(row(ranking, "network").loss.value));
  EXPECT_TRUE(std::isnan(row(ranking, "network").seed_losses[1]));
}

TEST(Ranking, AcceptsOneTaskInTwoLayouts) {
  LinearRegressionOptions options = task()->options();
  options.layout = TokenLayout::kPairs;
  GradientDescentClaim claim;
  claim.inputs = claim.outputs = options.inputs;
  claim.examples = options.examples;
  claim.layout = options.layout;
  claim.learning_rates = {5.0};
  const ModelFile pairs = gradient_descent_as_gril(claim, 1.0, torch::kFloat64);
  const Ranking ranking = rank({descents("interleaved", {5.0}),
                                {.name = "pairs",
                                 .kind = "constructed",
                                 .task = std::make_shared<LinearRegression>(options),
                                 .models = {pairs.model},
                                 .sources = {"pairs.safetensors"}}},
                               kFew, {});
  EXPECT_NEAR(row(ranking, "pairs").loss.value, row(ranking, "interleaved").loss.value, 1e-12);
  EXPECT_EQ(row(ranking, "pairs").kind, "constructed");
}

TEST(Ranking, GivesClassesTheirMethodsAndAccuracy) {
  const auto classes = std::make_shared<LinearClassification>(classification_task(4, 3, 12));
  GradientDescentClaim claim;
  claim.inputs = 4;
  claim.outputs = 3;
  claim.examples = 12;
  claim.layout = TokenLayout::kPairs;
  claim.loss = DescentLoss::kCrossEntropy;
  claim.learning_rates = {2.0};
  const ModelFile file = gradient_descent_as_gril(claim, 1.0, torch::kFloat64);
  const Ranking ranking = rank(
      {{.name = "network", .task = classes, .models = {file.model}, .sources = {"x"}}}, kFew, {});
  EXPECT_EQ(ranking.reference, "cross-entropy descent, 1 step");
  EXPECT_EQ(ranking.rows.size(), 13U);
  const Evaluation evaluation =
      evaluate(*file.model, classes->scoring(),
               evaluation_tasks(*classes, kFew.tasks, kFew.seed, torch::kFloat64));
  EXPECT_NEAR(row(ranking, "network").loss.value, evaluation.loss.value, 1e-12);
  EXPECT_NEAR(row(ranking, "network").accuracy->value, evaluation.further.front().value, 1e-12);
  EXPECT_GT(row(ranking, "network").ratio.value, 1.0);
  EXPECT_GT(row(ranking, "logistic regression").accuracy->value, 0.5);
}

TEST(Ranking, RefusesOtherQuestions) {
  Contender other = descents("other", {1.0});
  LinearRegressionOptions options = task()->options();
  options.weight_scale = 2.0;
  other.task = std::make_shared<LinearRegression>(options);
  EXPECT_EQ(error_text<InvalidArgument>([&] {
              rank({descents("one", {1.0}), other}, kFew, {});
            }),
            "[ranking] other: its task must ask the same questions as that of one; got other "
            "targets. Compare runs of one task.");
  EXPECT_EQ(error_text<InvalidArgument>([] { rank({}, kFew, {}); }),
            "[ranking] there must be at least one model; got none.");
}

TEST(Ranking, RefusesAModelOfOtherSizes) {
  Contender other = descents("other", {1.0});
  other.task = std::make_shared<LinearRegression>(small_task(5));
  EXPECT_EQ(error_text<InvalidArgument>([&] { rank({other}, kFew, {}); }),
            "[ranking] other: the model must take 5 features and give 5 outputs, as its task asks; "
            "got 4 and 4.");
}

TEST(Ranking, TellsItsNumbersAsJson) {
  const Ranking ranking = rank({descents("network", {5.0, 20.0})}, kFew, {});
  const Json tree = to_json(ranking);
  EXPECT_EQ(tree["kind"], "ranking");
  EXPECT_EQ(tree["options"]["tuning_tasks"], 600);
  EXPECT_EQ(tree["rows"].size(), ranking.rows.size());
  for (const Json& line : tree["rows"]) {
    if (line["name"] != "network") continue;
    EXPECT_EQ(line["seeds"], 2);
    EXPECT_EQ(line["training_sequences"], 640);
    EXPECT_EQ(line["sources"][1], "network/seed-2");
    EXPECT_EQ(line["loss"]["value"], row(ranking, "network").loss.value);
  }
}

}  // namespace
}  // namespace gril

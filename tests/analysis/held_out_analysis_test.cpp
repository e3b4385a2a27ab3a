#include "gril/analysis/held_out_analysis.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <optional>

#include "gril/base/file.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr double kTwoSymbols = 0.6931471805599453;  // ln 2

/// A model that gives every one of two symbols the same score, of a text "abab…".
ModelFile undecided(const TemporaryFolder& folder, double test_share) {
  const auto path = folder.path() / "text.txt";
  std::string text;
  for (int i = 0; i < 200; ++i) text += "ab";
  write_file_atomically(path, text, "test");
  const Json task = {{"kind", "language_modelling"},
                     {"path", path.string()},
                     {"length", 8},
                     {"test_share", test_share}};
  const Json layers = Json::parse(
      R"({"layers": [{"kind": "embedding", "symbols": 2, "output_size": 3},
                     {"kind": "linear", "input_size": 3, "output_size": 2}]})");
  const auto model = std::make_shared<SequenceModel>(layers, "test");
  for (auto& parameter : model->parameters()) parameter.detach().zero_();
  return {.model = model, .claim = Json(), .task = task};
}

Analysis analyzed(const ModelFile& file, const std::optional<ModelFile>& best = {}) {
  const auto task = make_task(ConfigSection(file.task, "model", "task"));
  return analyze_held_out({file, best, *task}, "model", {}, {});
}

double metric(const Analysis& analysis, const std::string& name) {
  for (const Json& entry : analysis.summary["metrics"]) {
    if (entry["name"] == name) return entry["value"].get<double>();
  }
  return std::nan("");
}

TEST(HeldOutAnalysis, MeasuresEveryPartThatTheDataHas) {
  const TemporaryFolder folder;
  const Analysis both = analyzed(undecided(folder, 0.1));
  EXPECT_EQ(both.summary["kind"], "held_out");
  EXPECT_NEAR(metric(both, "validation_loss"), kTwoSymbols, 1e-6);
  EXPECT_NEAR(metric(both, "test_perplexity"), 2.0, 1e-5);
  EXPECT_NEAR(metric(both, "test_bits_per_symbol"), 1.0, 1e-6);
  EXPECT_NEAR(metric(both, "test_accuracy"), 0.5, 1e-6);
  EXPECT_EQ(metric(both, "parameters"), 2 * 3 + 3 * 2 + 2);
  const Analysis one = analyzed(undecided(folder, 0.0));
  EXPECT_TRUE(std::isnan(metric(one, "test_loss")));
}

TEST(HeldOutAnalysis, MeasuresTheBestModelOfARunToo) {
  const TemporaryFolder folder;
  ModelFile best = undecided(folder, 0.1);
  best.model->named_parameters()["layers.1.bias"].detach()[0] = std::log(3.0);
  const Analysis analysis = analyzed(undecided(folder, 0.1), best);
  EXPECT_NEAR(metric(analysis, "best_test_loss"), -0.5 * std::log(0.75 * 0.25), 1e-6);
  EXPECT_NEAR(metric(analysis, "test_loss"), kTwoSymbols, 1e-6);
}

TEST(HeldOutAnalysis, GivesNoVerdictOnALossThatIsNotFinite) {
  const TemporaryFolder folder;
  ModelFile file = undecided(folder, 0.1);
  EXPECT_EQ(analyzed(file).summary["conclusion"]["verdict"], "agrees");
  file.model->named_parameters()["layers.1.bias"].detach()[0] = std::nan("");
  const Json conclusion = analyzed(file).summary["conclusion"];
  EXPECT_FALSE(conclusion["agrees"].get<bool>());
  EXPECT_EQ(conclusion["label"], "No verdict");
}

}  // namespace
}  // namespace gril

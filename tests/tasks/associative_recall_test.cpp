#include "gril/tasks/in_context/associative_recall.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "gril/base/error.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 20230904;

AssociativeRecall small_task(RecallTokens tokens) {
  return AssociativeRecall({.keys = 5, .values = 3, .pairs = 8, .tokens = tokens});
}

/// The entries that are 1, token by token; every other one must be 0.
std::vector<std::vector<int64_t>> hot_entries(const torch::Tensor& tokens) {
  std::vector<std::vector<int64_t>> hot;
  for (int64_t t = 0; t < tokens.size(0); ++t) {
    hot.emplace_back();
    for (int64_t entry = 0; entry < tokens.size(1); ++entry) {
      const double value = tokens[t][entry].item<double>();
      if (value == 1) hot.back().push_back(entry);
      EXPECT_TRUE(value == 0 || value == 1);
    }
  }
  return hot;
}

/// What a reader of one sequence understands: pairs, query and answer.
struct Story {
  std::vector<std::pair<int64_t, int64_t>> pairs;
  int64_t query = -1;
  int64_t answer = -1;
  bool operator==(const Story&) const = default;
};

Story story_of(const Batch& batch, int64_t row, RecallTokens tokens) {
  const auto hot = hot_entries(batch.tokens[row]);
  Story story;
  story.answer = batch.targets[row].item<int64_t>();
  if (tokens == RecallTokens::kJoint) {
    EXPECT_EQ(hot.size(), 9U);
    for (std::size_t i = 0; i < 8; ++i) {
      EXPECT_EQ(hot[i].size(), 2U);
      story.pairs.emplace_back(hot[i][0], hot[i][1] - 5);
    }
    EXPECT_EQ(hot[8].size(), 1U);
    story.query = hot[8][0];
    return story;
  }
  EXPECT_EQ(hot.size(), 18U);
  for (const auto& token : hot) EXPECT_EQ(token.size(), 1U);
  for (std::size_t i = 0; i < 16; i += 2) story.pairs.emplace_back(hot[i][0], hot[i + 1][0] - 5);
  EXPECT_EQ(hot[16][0], 8);  // the arrow
  story.query = hot[17][0];
  return story;
}

TEST(AssociativeRecall, AsksForAKeyThatWasShownAndOneMapRulesTheSequence) {
  for (const RecallTokens tokens : {RecallTokens::kInterleaved, RecallTokens::kJoint}) {
    const Batch batch = small_task(tokens).sample(200, kSeed, at::kFloat);
    for (int64_t row = 0; row < 200; ++row) {
      const Story story = story_of(batch, row, tokens);
      std::map<int64_t, int64_t> seen;
      for (const auto& [key, value] : story.pairs) {
        ASSERT_TRUE(key >= 0 && key < 5 && value >= 0 && value < 3);
        ASSERT_EQ(seen.emplace(key, value).first->second, value);
      }
      ASSERT_TRUE(seen.contains(story.query));
      ASSERT_EQ(seen.at(story.query), story.answer);
    }
  }
}

TEST(AssociativeRecall, BothKindsOfTokensTellTheSameStory) {
  const Batch interleaved = small_task(RecallTokens::kInterleaved).sample(50, kSeed, at::kDouble);
  const Batch joint = small_task(RecallTokens::kJoint).sample(50, kSeed, at::kDouble);
  for (int64_t row = 0; row < 50; ++row) {
    EXPECT_EQ(story_of(interleaved, row, RecallTokens::kInterleaved),
              story_of(joint, row, RecallTokens::kJoint));
  }
}

TEST(AssociativeRecall, KeysValuesAndQueriesAreUniform) {
  const AssociativeRecall task(
      {.keys = 4, .values = 3, .pairs = 2, .tokens = RecallTokens::kJoint});
  const Batch batch = task.sample(12000, kSeed, at::kDouble);
  // Shares of 12000 and 24000 draws: standard errors below 0.005.
  const torch::Tensor pairs = batch.tokens.narrow(1, 0, 2).mean(at::IntArrayRef({0, 1}));
  for (int64_t key = 0; key < 4; ++key) EXPECT_NEAR(pairs[key].item<double>(), 0.25, 0.02);
  for (int64_t value = 0; value < 3; ++value) {
    EXPECT_NEAR(pairs[4 + value].item<double>(), 1.0 / 3, 0.02);
    EXPECT_NEAR(batch.targets.eq(value).to(at::kDouble).mean().item<double>(), 1.0 / 3, 0.02);
  }
  // The query is the first pair's key half of the time, and a quarter of the rest by chance.
  const torch::Tensor first = batch.tokens.select(1, 0).narrow(1, 0, 4);
  const torch::Tensor query = batch.tokens.select(1, 2).narrow(1, 0, 4);
  EXPECT_NEAR((first * query).sum(1).mean().item<double>(), 0.5 + 0.5 / 4, 0.02);
}

TEST(AssociativeRecall, SizesAreThoseOfItsTokens) {
  const AssociativeRecall task({});
  const Batch batch = task.sample(3, kSeed, at::kFloat);
  // 20 pairs, the arrow and the query; 9 keys, 9 values and the arrow.
  EXPECT_EQ(batch.tokens.sizes(), (std::vector<int64_t>{3, 42, 19}));
  EXPECT_EQ(task.token_width(), 19);
  EXPECT_EQ(task.output_size(), 9);
  EXPECT_EQ(batch.targets.scalar_type(), at::kLong);
  EXPECT_EQ(batch.targets.sizes(), std::vector<int64_t>{3});
  EXPECT_EQ(task.scoring().loss, LossKind::kCrossEntropy);
  EXPECT_EQ(task.scoring().positions, Positions::kLast);
}

TEST(AssociativeRecall, LabelsAreTheWordsOfTheSequence) {
  for (const RecallTokens tokens : {RecallTokens::kInterleaved, RecallTokens::kJoint}) {
    const AssociativeRecall task = small_task(tokens);
    const Batch batch = task.sample(1, kSeed, at::kDouble);
    const Story story = story_of(batch, 0, tokens);
    const ExampleLabels labels = task.labels(batch);
    std::vector<std::string> words;
    for (const auto& parts : labels.tokens) {
      for (const TokenPart& part : parts) words.push_back(part.name);
    }
    std::vector<std::string> expected;
    for (const auto& [key, value] : story.pairs) {
      expected.push_back("k_" + std::to_string(key + 1));
      expected.push_back("v_" + std::to_string(value + 1));
    }
    if (tokens == RecallTokens::kInterleaved) expected.emplace_back("=>");
    expected.push_back("k_" + std::to_string(story.query + 1));
    if (tokens == RecallTokens::kJoint) expected.emplace_back("0");
    EXPECT_EQ(words, expected);
    EXPECT_EQ(labels.targets.back(), "v_" + std::to_string(story.answer + 1));
    EXPECT_EQ(labels.targets.front(), "");
  }
}

TEST(AssociativeRecall, ConfigOfATaskMakesAnEqualTask) {
  const Json tree = {{"kind", "associative_recall"},
                     {"keys", 4},
                     {"values", 6},
                     {"pairs", 3},
                     {"tokens", "joint"}};
  const auto task = make_task(ConfigSection(tree, "task.toml", "task"));
  EXPECT_EQ(task->config(), tree);
  EXPECT_EQ(AssociativeRecall({}).config(), (Json{{"kind", "associative_recall"},
                                                  {"keys", 9},
                                                  {"values", 9},
                                                  {"pairs", 20},
                                                  {"tokens", "interleaved"}}));
}

TEST(AssociativeRecall, RefusesValuesOutsideTheirRule) {
  const auto message = [](const AssociativeRecallOptions& options) {
    return error_text<InvalidArgument>([&] { const AssociativeRecall task(options); });
  };
  EXPECT_EQ(message({.keys = 0}), "[associative_recall] keys must be at least 1; got 0.");
  EXPECT_EQ(message({.values = 1}), "[associative_recall] values must be at least 2; got 1.");
  EXPECT_EQ(message({.pairs = 0}), "[associative_recall] pairs must be at least 1; got 0.");
  EXPECT_EQ(error_text<InvalidArgument>([] { AssociativeRecall({}).sample(0, 1, at::kFloat); }),
            "[associative_recall] a batch must hold at least 1 sequence; got 0.");
}

}  // namespace
}  // namespace gril

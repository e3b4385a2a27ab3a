#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/file.h"
#include "gril/tasks/in_context/batch_tokens.h"
#include "gril/tasks/in_context/in_context_task.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 20241015;

std::unique_ptr<InContextTask> task_of(const Json& tree) {
  std::unique_ptr<Task> task = make_task(ConfigSection(tree, "task.toml", "task"));
  auto* in_context = dynamic_cast<InContextTask*>(task.get());
  if (in_context == nullptr) throw std::logic_error("not a task in context: " + tree.dump());
  task.release();
  return std::unique_ptr<InContextTask>(in_context);
}

/// A table and images of two classes or more, 30 items of each.
class RealFiles {
 public:
  RealFiles() {
    std::string rows;
    std::string pixels = std::string("\0\0\x08\x03\0\0\0\x78\0\0\0\x02\0\0\0\x02", 16);
    std::string labels = std::string("\0\0\x08\x01\0\0\0\x78", 8);
    for (int i = 0; i < 120; ++i) {
      if (i < 60) rows += concatenate(i, ',', i * i % 17, ',', i % 2 == 0 ? "even" : "odd", '\n');
      for (int p = 0; p < 4; ++p) pixels += static_cast<char>(i + 40 * p);
      labels += static_cast<char>(i % 4);
    }
    write_file_atomically(folder_ / "rows", rows, "test");
    write_file_atomically(folder_ / "pixels", pixels, "test");
    write_file_atomically(folder_ / "labels", labels, "test");
  }
  std::string path(const char* name) const { return (folder_ / name).string(); }

 private:
  TemporaryFolder folder_;
};

/// No value at its default, a layout of its own.
std::vector<Json> regressions() {
  return {
      {{"kind", "linear_regression"},
       {"inputs", 3},
       {"outputs", 2},
       {"examples", 4},
       {"layout", "blocks"},
       {"input_range", 2.0},
       {"weight_scale", 0.5},
       {"label_noise", 0.1},
       {"noise", "student_t"},
       {"noise_degrees", 4.5},
       {"input_correlation", -0.5},
       {"segments", 2}},
      {{"kind", "network_regression"},
       {"inputs", 3},
       {"outputs", 2},
       {"examples", 5},
       {"hidden_size", 7},
       {"units", "cosine"},
       {"layout", "windowed"},
       {"input_range", 2.0},
       {"scale", 0.5}},
      {{"kind", "sine_regression"},
       {"examples", 3},
       {"layout", "constructed"},
       {"input_range", 4.0},
       {"scale", 2.0},
       {"phase", "correlated"}},
  };
}

std::vector<Json> classifications() {
  static const RealFiles files;
  return {
      {{"kind", "image_classification"},
       {"images", files.path("pixels")},
       {"labels", files.path("labels")},
       {"evaluation_images", ""},
       {"evaluation_labels", ""},
       {"evaluation_share", 0.5},
       {"split_seed", 3},
       {"classes_per_prompt", 2},
       {"examples", 4},
       {"pixels", 1},
       {"rotations", false},
       {"layout", "pairs"}},
      {{"kind", "linear_classification"},
       {"inputs", 4},
       {"classes", 3},
       {"examples", 6},
       {"layout", "interleaved"}},
      {{"kind", "table_classification"},
       {"path", files.path("rows")},
       {"label", "3"},
       {"drop", {"1"}},
       {"header", false},
       {"classes_per_prompt", 2},
       {"examples", 3},
       {"evaluation_share", 0.3},
       {"split_seed", 9},
       {"layout", "blocks"}},
  };
}

/// Every kind of task in context.
std::vector<Json> configurations() {
  std::vector<Json> trees = regressions();
  const std::vector<Json> others = classifications();
  trees.insert(trees.end(), others.begin(), others.end());
  return trees;
}

TEST(InContextTasks, ConfigOfATaskMakesAnEqualTask) {
  for (const Json& tree : configurations()) {
    const auto task = task_of(tree);
    EXPECT_EQ(task->config(), tree);
    EXPECT_TRUE(at::equal(task->sample(2, 5, at::kFloat).tokens,
                          task_of(task->config())->sample(2, 5, at::kFloat).tokens))
        << tree;
  }
}

TEST(InContextTasks, TokensAreTheContextAndTheQueryInTheLayoutOfTheTask) {
  for (const Json& tree : configurations()) {
    const auto task = task_of(tree);
    const Prompts prompts = task->sample_prompts(3, kSeed, at::kDouble);
    EXPECT_EQ(prompts.context_inputs.size(1), tree.at("examples").get<int64_t>()) << tree;
    EXPECT_EQ(prompts.context_targets.size(2), task->output_size()) << tree;
    EXPECT_EQ(prompts.tokens.size(2), task->token_width()) << tree;
    EXPECT_TRUE(
        at::equal(prompts.tokens,
                  batch_tokens(task->layout(), prompts.context_inputs, prompts.context_targets,
                               prompts.query_inputs, prompts.context_markers)))
        << tree;
  }
}

TEST(InContextTasks, OneSeedIsOneSetOfPromptsInEveryDtype) {
  for (const Json& tree : configurations()) {
    const auto task = task_of(tree);
    const Prompts narrow = task->sample_prompts(20, kSeed, at::kFloat);
    const Prompts wide = task->sample_prompts(20, kSeed, at::kDouble);
    EXPECT_TRUE(at::equal(narrow.tokens, task->sample_prompts(20, kSeed, at::kFloat).tokens));
    EXPECT_TRUE(at::allclose(narrow.tokens.to(at::kDouble), wide.tokens, 1e-5, 1e-5)) << tree;
    EXPECT_TRUE(
        at::allclose(narrow.targets.to(at::kDouble), wide.targets.to(at::kDouble), 1e-5, 1e-5))
        << tree;
    EXPECT_FALSE(at::equal(wide.tokens, task->sample_prompts(20, kSeed + 1, at::kDouble).tokens));
  }
}

TEST(InContextTasks, EvaluationBatchesAreTheEvaluationPrompts) {
  for (const Json& tree : configurations()) {
    const auto task = task_of(tree);
    const Prompts prompts = task->evaluation_prompts(9, kSeed, at::kDouble);
    const Batch batch = task->evaluation_batch(9, kSeed, at::kDouble);
    EXPECT_TRUE(at::equal(batch.tokens, prompts.tokens)) << tree;
    EXPECT_TRUE(at::equal(batch.targets, prompts.targets)) << tree;
    EXPECT_FALSE(at::equal(batch.tokens, task->sample(9, kSeed, at::kDouble).tokens)) << tree;
  }
}

TEST(InContextTasks, ClassesAreShownOneHotAndAskedAsNumbers) {
  for (const Json& tree : configurations()) {
    const auto task = task_of(tree);
    const Prompts prompts = task->sample_prompts(50, kSeed, at::kDouble);
    const bool classes = task->scoring().loss == LossKind::kCrossEntropy;
    EXPECT_EQ(task->scoring().positions, Positions::kLast);
    EXPECT_EQ(prompts.targets.scalar_type() == at::kLong, classes) << tree;
    if (!classes) continue;
    const torch::Tensor shown = prompts.context_targets;
    EXPECT_TRUE(shown.eq(0).logical_or(shown.eq(1)).all().item<bool>()) << tree;
    EXPECT_TRUE(shown.sum(2).eq(1).all().item<bool>()) << tree;
    EXPECT_GE(prompts.targets.min().item<int64_t>(), 0) << tree;
    EXPECT_LT(prompts.targets.max().item<int64_t>(), task->output_size()) << tree;
  }
}

TEST(InContextTasks, EveryTaskHasPromptsWithMoreExamplesThanInTraining) {
  for (const Json& tree : configurations()) {
    Json longer = tree;
    longer["examples"] = 40;
    const auto task = task_of(longer);
    EXPECT_EQ(task->token_width(), task_of(tree)->token_width()) << tree;
    EXPECT_EQ(task->sample_prompts(2, kSeed, at::kFloat).context_inputs.size(1), 40) << tree;
  }
}

TEST(InContextTasks, LabelsNameThePartsOfEveryToken) {
  for (const Json& tree : configurations()) {
    const auto task = task_of(tree);
    const Prompts example = task->sample_prompts(1, kSeed, at::kDouble);
    const ExampleLabels labels = task->labels(example);
    ASSERT_EQ(static_cast<int64_t>(labels.tokens.size()), example.tokens.size(1)) << tree;
    EXPECT_EQ(labels.tokens.back().front().name.substr(0, 2), "x_") << tree;
    const bool classes = task->scoring().loss == LossKind::kCrossEntropy;
    const std::string target =
        classes ? "class " + std::to_string(example.targets[0].item<int64_t>()) : "y_q";
    EXPECT_EQ(labels.targets.back(), target) << tree;
    EXPECT_NE(labels.title.find(classes ? " classes" : " outputs"), std::string::npos) << tree;
  }
}

TEST(InContextTasks, RefuseEmptyBatchesAndOtherDtypes) {
  for (const Json& tree : configurations()) {
    const auto task = task_of(tree);
    const std::string where = "[" + tree.at("kind").get<std::string>() + "] ";
    EXPECT_EQ(error_text<InvalidArgument>([&] { task->sample_prompts(0, kSeed, at::kFloat); }),
              where + "a batch must hold at least 1 sequence; got 0.");
    EXPECT_EQ(error_text<InvalidArgument>([&] { task->sample_prompts(1, kSeed, at::kLong); }),
              where + "dtype must be float32 or float64; got Long.");
  }
}

}  // namespace
}  // namespace gril

#include "gril/training/trainer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/base/config_file.h"
#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/evaluation/evaluate.h"
#include "gril/models/checkpoint.h"
#include "gril/runs/metrics_log.h"
#include "tests/support/error_text.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/temporary_folder.h"
#include "tests/training/small_experiment.h"

namespace gril {
namespace {

/// Stops a training before step `step` + 1.
TrainingObserver stop_after(int64_t step) {
  auto made = std::make_shared<int64_t>(0);
  TrainingObserver observer;
  observer.should_stop = [made, step] { return *made == step; };
  observer.after_step = [made](int64_t now, double) { *made = now; };
  return observer;
}

std::string bytes_of(const std::filesystem::path& path) { return read_file(path, "test"); }

/// The lines of metrics without what depends on the clock.
std::vector<Json> metrics_of(const RunDirectory& run) {
  std::vector<Json> lines = read_metrics(run.metrics());
  for (Json& line : lines) {
    for (const char* key : {"steps_per_second", "sequences_per_second", "tokens_per_second"}) {
      line.erase(key);
    }
  }
  return lines;
}

void expect_equal_runs(const RunDirectory& actual, const RunDirectory& expected) {
  EXPECT_EQ(bytes_of(actual.training_state()), bytes_of(expected.training_state()));
  EXPECT_EQ(bytes_of(actual.last_model()), bytes_of(expected.last_model()));
  EXPECT_EQ(bytes_of(actual.best_model()), bytes_of(expected.best_model()));
  EXPECT_EQ(metrics_of(actual), metrics_of(expected));
}

TEST(Trainer, StoppedAndResumedHasTheBitsOfAnUndisturbedTraining) {
  const TemporaryFolder folder;
  const TrainConfig config = small_config();
  const RunDirectory whole = RunDirectory::create(folder / "whole");
  const RunDirectory parts = RunDirectory::create(folder / "parts");
  Trainer::start(config, whole).train();
  // Step 10 is a line, an evaluation and a checkpoint; step 13 is none of them.
  EXPECT_FALSE(Trainer::start(config, parts).train(stop_after(10)).finished);
  EXPECT_EQ(Trainer::resume(config, parts).train(stop_after(13)).step, 13);
  EXPECT_TRUE(Trainer::resume(config, parts).train().finished);
  expect_equal_runs(parts, whole);
}

TEST(Trainer, ShardsHaveTheirOwnBitsWhateverTheThreadsDo) {
  const TemporaryFolder folder;
  const TrainConfig config = small_config({{"shards", 3}});
  const RunDirectory whole = RunDirectory::create(folder / "whole");
  const RunDirectory parts = RunDirectory::create(folder / "parts");
  Trainer::start(config, whole).train();
  Trainer::start(config, parts).train(stop_after(10));
  Trainer::resume(config, parts).train();
  expect_equal_runs(parts, whole);
}

TEST(Trainer, ResumesFromTheLastCheckpointAfterACrash) {
  const TemporaryFolder folder;
  const TrainConfig config = small_config();
  const RunDirectory whole = RunDirectory::create(folder / "whole");
  const RunDirectory parts = RunDirectory::create(folder / "parts");
  Trainer::start(config, whole).train();
  TrainingObserver crash;
  crash.after_step = [](int64_t step, double) {
    if (step == 13) throw std::runtime_error("power failure");
  };
  Trainer crashing = Trainer::start(config, parts);
  EXPECT_THROW(crashing.train(crash), std::runtime_error);
  Trainer resumed = Trainer::resume(config, parts);
  EXPECT_EQ(resumed.step(), 10);
  resumed.train();
  expect_equal_runs(parts, whole);
}

TEST(Trainer, ResumingWithAnotherExperimentSaysWhatDiffers) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run");
  Trainer::start(small_config(), run).train();
  const std::string before = bytes_of(run.metrics());
  const auto text = error_text<InvalidArgument>([&] {
    Trainer::resume(small_config({{"steps", 40}, {"learning_rate", 0.5}}), run);
  });
  EXPECT_EQ(text, "[train] " + run.root().string() +
                      " was made by another experiment:\n  training.learning_rate: 0.01 -> 0.5\n  "
                      "training.steps: 20 -> 40\nResume it with its own settings, or give a new "
                      "folder with --out.");
  EXPECT_EQ(bytes_of(run.metrics()), before);
}

TEST(Trainer, WritesTheResolvedConfigurationAndItsMetrics) {
  const TemporaryFolder folder;
  const TrainConfig config = small_config();
  const RunDirectory run = RunDirectory::create(folder / "run");
  const TrainingResult result = Trainer::start(config, run).train();
  EXPECT_EQ(read_toml(run.config()).dump(), to_json(config).dump());
  const std::vector<Json> lines = metrics_of(run);
  // Lines every 3 steps and at the last, evaluations every 5.
  ASSERT_EQ(lines.size(), 7U + 4U);
  EXPECT_EQ(lines.front().at("step"), 3);
  EXPECT_DOUBLE_EQ(lines.front().at("learning_rate").get<double>(), 0.01 * 3 / 4);
  EXPECT_EQ(lines.back().at("evaluation_loss"), result.evaluation->loss.value);
  EXPECT_EQ(lines.back().at("evaluation_mean_squared_error"), 2 * result.evaluation->loss.value);
  for (const Json& line : lines)
    EXPECT_EQ(line.at("unit"), "half squared error, mean over outputs");
  EXPECT_EQ(result.evaluation->loss.samples, 64);
}

TEST(Trainer, LastModelIsTheTrainedOneAndKnowsItsTask) {
  const TemporaryFolder folder;
  const TrainConfig config = small_config();
  const RunDirectory run = RunDirectory::create(folder / "run");
  const TrainingResult result = Trainer::start(config, run).train();
  const ModelFile file = load_model(run.last_model());
  EXPECT_EQ(file.task, config.task->config());
  EXPECT_TRUE(file.claim.is_null());
  const Batch prompts = evaluation_tasks(*config.task, 64, 1, config.dtype);
  EXPECT_EQ(evaluate(*file.model, config.task->scoring(), prompts).loss.value,
            result.evaluation->loss.value);
}

TEST(Trainer, LearnsToUseItsContext) {
  const TemporaryFolder folder;
  const TrainConfig config = small_config({{"steps", 600},
                                           {"learning_rate", 0.02},
                                           {"recurrence_learning_rate", 0.02},
                                           {"weight_decay", 0.0},
                                           {"evaluate_every", 600},
                                           {"checkpoint_every", 600}});
  const TrainingResult result =
      Trainer::start(config, RunDirectory::create(folder / "run")).train();
  // ½ d / 12 = 0.0833 without looking at the context.
  EXPECT_LT(result.evaluation->loss.value, 0.06);
}

TEST(Trainer, DivergenceStopsAndKeepsTheLastCheckpoint) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run");
  Trainer trainer = Trainer::start(
      small_config({{"learning_rate", 1e30}, {"warmup_steps", 0}, {"checkpoint_every", 1}}), run);
  const auto text = error_text<TrainingDiverged>([&] { trainer.train(); });
  EXPECT_EQ(text,
            "[train] step 2: the gradient of layers.0.log_decay_rate is not finite; the "
            "loss is NaN. The last checkpoint in " +
                run.root().string() +
                " is kept. Lower training.learning_rate or training.clip_norm.");
  EXPECT_EQ(load_training_state(run.training_state()).step, 1);
  for (const auto& parameter : load_model(run.last_model()).model->parameters()) {
    EXPECT_TRUE(parameter.isfinite().all().item<bool>());
  }
}

TEST(Trainer, FullDiskLeavesTheEarlierCheckpoint) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run");
  Trainer trainer = Trainer::start(small_config(), run);
  trainer.train(stop_after(7));
  const std::string state = bytes_of(run.training_state());
  const std::string model = bytes_of(run.last_model());
  {
    const FileSizeLimit full(100);
    EXPECT_THROW(trainer.train(stop_after(8)), InvalidFile);
  }
  EXPECT_EQ(bytes_of(run.training_state()), state);
  EXPECT_EQ(bytes_of(run.last_model()), model);
  EXPECT_EQ(Trainer::resume(small_config(), run).step(), 7);
}

TEST(Trainer, RunsIntoAnExistingFolderAreRefused) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run");
  Trainer::start(small_config(), run);
  EXPECT_THROW(RunDirectory::create(folder / "run"), InvalidArgument);
}

}  // namespace
}  // namespace gril

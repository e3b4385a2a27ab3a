// What a training may do beside its steps: averages, early stops, several batches per step.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/models/checkpoint.h"
#include "gril/runs/metrics_log.h"
#include "gril/training/trainer.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"
#include "tests/training/small_experiment.h"

namespace gril {
namespace {

/// The trained parameters in the order of ParameterGroups.
torch::Tensor parameters_of(const std::filesystem::path& path) {
  const auto model = load_model(path).model;
  return ParameterGroups(*model).values();
}

RunDirectory trained(const std::filesystem::path& folder, const TrainConfig& config) {
  const RunDirectory run = RunDirectory::create(folder);
  Trainer::start(config, run).train();
  return run;
}

TEST(TrainerOptions, EverythingResumesWithTheSameBits) {
  const TemporaryFolder folder;
  Json tree = small_experiment();
  tree["model"]["layers"].push_back({{"kind", "dropout"}, {"input_size", 2}, {"share", 0.3}});
  tree["training"].update(
      {{"accumulate", 3}, {"average_decay", 0.8}, {"stop_after", 3}, {"shards", 2}});
  const TrainConfig config = read_train_config(tree, "test");
  const RunDirectory whole = trained(folder / "whole", config);
  const RunDirectory parts = RunDirectory::create(folder / "parts");
  {
    int64_t made = 0;
    Trainer first = Trainer::start(config, parts);
    first.train({.should_stop = [&] { return made == 10; },
                 .after_step = [&](int64_t step, double) { made = step; }});
  }
  Trainer::resume(config, parts).train();
  for (const auto& file :
       {&RunDirectory::training_state, &RunDirectory::last_model, &RunDirectory::best_model}) {
    EXPECT_EQ(read_file((parts.*file)(), "test"), read_file((whole.*file)(), "test"));
  }
}

TEST(TrainerOptions, ModelFilesHoldTheAverageAndTheStateTheParameters) {
  const TemporaryFolder folder;
  const Json training = {
      {"steps", 3}, {"warmup_steps", 0}, {"evaluate_every", 3}, {"checkpoint_every", 1}};
  // The parameters after every step; averaging does not change them.
  std::vector<torch::Tensor> values;
  const RunDirectory plain = RunDirectory::create(folder / "plain");
  TrainConfig config = small_config(training);
  Trainer trainer = Trainer::start(config, plain);
  trainer.train({.should_stop = {}, .after_step = [&](int64_t, double) {
                   values.push_back(parameters_of(plain.last_model()));
                 }});
  config.training.average_decay = 0.5;
  const RunDirectory run = RunDirectory::create(folder / "averaged");
  const TrainingResult result = Trainer::start(config, run).train();
  const torch::Tensor average = (values[0] * 0.25 + values[1] * 0.5 + values[2]) / 1.75;
  EXPECT_TRUE(at::allclose(parameters_of(run.last_model()), average, 1e-5, 1e-7));
  EXPECT_TRUE(at::equal(parameters_of(run.best_model()), parameters_of(run.last_model())));
  EXPECT_TRUE(at::equal(load_training_state(run.training_state()).parameters, values[2]));
  const auto task = config.task;
  const Batch sequences = evaluation_tasks(*task, 64, 1, config.dtype);
  EXPECT_EQ(evaluate(*load_model(run.last_model()).model, task->scoring(), sequences).loss.value,
            result.evaluation->loss.value);
}

TEST(TrainerOptions, StoppedBeforeTheFirstStepTheAverageIsTheStart) {
  const TemporaryFolder folder;
  const TrainConfig config = small_config({{"average_decay", 0.5}});
  const RunDirectory run = RunDirectory::create(folder / "run");
  Trainer::start(config, run).train({.should_stop = [] { return true; }, .after_step = {}});
  EXPECT_TRUE(
      at::equal(parameters_of(run.last_model()), ParameterGroups(*make_model(config)).values()));
}

TEST(TrainerOptions, ResumingNeedsTheAverageOfTheExperiment) {
  const TemporaryFolder folder;
  const TrainConfig config = small_config({{"average_decay", 0.5}});
  const RunDirectory run = trained(folder / "run", config);
  TrainingState state = load_training_state(run.training_state());
  state.average = torch::Tensor();
  save_training_state(run.training_state(), state);
  EXPECT_EQ(error_text<InvalidFile>([&] { Trainer::resume(config, run); }),
            "[train] " + run.training_state().string() +
                ": it must hold the average of the parameters exactly where "
                "training.average_decay is above 0; got none.");
}

TEST(TrainerOptions, StopsEarlyAfterEvaluationsInVain) {
  const TemporaryFolder folder;
  // Nothing is learned, so that the first evaluation, at step 5, stays the best.
  const TrainConfig config = small_config({{"learning_rate", 0.0},
                                           {"recurrence_learning_rate", 0.0},
                                           {"steps", 100},
                                           {"stop_after", 2}});
  const RunDirectory run = RunDirectory::create(folder / "run");
  const TrainingResult result = Trainer::start(config, run).train();
  EXPECT_TRUE(result.finished);
  EXPECT_TRUE(result.early);
  EXPECT_EQ(result.step, 15);
  const TrainingState state = load_training_state(run.training_state());
  EXPECT_EQ(state.evaluations_since_best, 2);
  EXPECT_TRUE(is_finished(config.training, state));
  EXPECT_EQ(Trainer::resume(config, run).train().step, 15);
}

TEST(TrainerOptions, AStepTakesAsManyBatchesAsItAccumulates) {
  const TemporaryFolder folder;
  TrainConfig config =
      small_config({{"steps", 1}, {"warmup_steps", 0}, {"accumulate", 3}, {"log_every", 1}});
  const RunDirectory run = trained(folder / "run", config);
  const auto model = make_model(config);
  const ParameterGroups groups(*model);
  const auto task = config.task;
  GradientShards gradient(config, task->scoring(), *model, groups);
  std::vector<Batch> batches;
  for (const int64_t index : {0, 1, 2}) {
    batches.push_back(task->training_batch(index, 16, config.seed, config.dtype));
  }
  const Json line = read_metrics(run.metrics()).front();
  EXPECT_EQ(line.at("loss").get<double>(), gradient.loss_and_gradients(batches, 0));
  // 3 batches of 16 sequences of 9 tokens in a step.
  const double steps = line.at("steps_per_second").get<double>();
  EXPECT_NEAR(line.at("sequences_per_second").get<double>() / steps, 48, 1e-9);
  EXPECT_NEAR(line.at("tokens_per_second").get<double>() / steps, 48 * 9, 1e-9);
}

}  // namespace
}  // namespace gril

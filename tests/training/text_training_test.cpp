// Truncated backpropagation along a text, through the trainer.
#include <gtest/gtest.h>

#include <string>

#include "gril/base/config_section.h"
#include "gril/base/file.h"
#include "gril/models/checkpoint.h"
#include "gril/tasks/task_registry.h"
#include "gril/training/trainer.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

/// 1200 characters without a simple period.
std::string example_text() {
  std::string text;
  for (int i = 0; i < 1200; ++i) text += "abcdefgh"[(i * i / 7 + i) % 8];
  return text;
}

/// A small network that reads the text in four rows of 16 pieces of 16 characters.
TrainConfig text_config(const std::filesystem::path& text, int64_t shards) {
  const Json task = {{"kind", "language_modelling"},
                     {"path", text.string()},
                     {"level", "character"},
                     {"length", 16},
                     {"order", "consecutive"}};
  const int64_t symbols = make_task(ConfigSection(task, "task"))->symbols();
  Json layers = Json::array();
  layers.push_back({{"kind", "embedding"}, {"symbols", symbols}, {"output_size", 4}});
  layers.push_back({{"kind", "lstm"}, {"input_size", 4}, {"state_size", 4}});
  layers.push_back({{"kind", "linear"}, {"input_size", 4}, {"output_size", symbols}});
  const Json training = {{"steps", 20},         {"batch_size", 4},       {"shards", shards},
                         {"evaluate_every", 5}, {"checkpoint_every", 5}, {"average_decay", 0.9}};
  return read_train_config({{"seed", 3},
                            {"task", task},
                            {"model", {{"layers", layers}}},
                            {"training", training},
                            {"evaluation", {{"tasks", 4}}}},
                           "test");
}

TEST(TextTraining, GoesOnWithTheStateAndTheBitsOfAnUndisturbedTraining) {
  const TemporaryFolder folder;
  const std::filesystem::path text = folder / "text.txt";
  write_file_atomically(text, example_text(), "test");
  for (const int64_t shards : {1, 2}) {
    const TrainConfig config = text_config(text, shards);
    const RunDirectory whole = RunDirectory::create(folder / ("whole" + std::to_string(shards)));
    const RunDirectory parts = RunDirectory::create(folder / ("parts" + std::to_string(shards)));
    Trainer::start(config, whole).train();
    int64_t made = 0;
    Trainer::start(config, parts)
        .train({.should_stop = [&] { return made == 10; },
                .after_step = [&](int64_t step, double) { made = step; }});
    // Step 10 stands inside the text: both tensors of the LSTM, for four rows.
    const TrainingState state = load_training_state(parts.training_state());
    ASSERT_EQ(state.state.size(), 2U);
    EXPECT_EQ(state.state.front().size(0), 4);
    Trainer::resume(config, parts).train();
    EXPECT_EQ(read_file(parts.training_state(), "test"), read_file(whole.training_state(), "test"));
    EXPECT_EQ(read_file(parts.last_model(), "test"), read_file(whole.last_model(), "test"));
  }
}

TEST(TextTraining, ReadsItsDataOnce) {
  const TemporaryFolder folder;
  const std::filesystem::path text = folder / "text.txt";
  write_file_atomically(text, example_text(), "test");
  const TrainConfig config = text_config(text, 1);
  std::filesystem::remove(text);
  const RunDirectory run = RunDirectory::create(folder / "run");
  EXPECT_TRUE(Trainer::start(config, run).train().finished);
  EXPECT_EQ(Trainer::resume(config, run).step(), 20);
}

TEST(TextTraining, ModelFilesKnowTheirVocabulary) {
  const TemporaryFolder folder;
  const std::filesystem::path text = folder / "text.txt";
  write_file_atomically(text, example_text(), "test");
  const TrainConfig config = text_config(text, 1);
  const RunDirectory run = RunDirectory::create(folder / "run");
  Trainer::start(config, run).train();
  const Json expected = config.task->vocabulary();
  EXPECT_FALSE(expected.empty());
  EXPECT_EQ(load_model(run.last_model()).vocabulary, expected);
  EXPECT_EQ(load_model(run.best_model()).vocabulary, expected);
}

}  // namespace
}  // namespace gril

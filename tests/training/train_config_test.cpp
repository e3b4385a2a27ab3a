#include "gril/training/train_config.h"

#include <gtest/gtest.h>
#include <torch/cuda.h>

#include <functional>

#include "gril/base/config_file.h"
#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/training/small_experiment.h"

namespace gril {
namespace {

std::string message_after(const std::function<void(Json&)>& change) {
  Json tree = small_experiment();
  change(tree);
  return error_text<InvalidArgument>([&] { read_train_config(tree, "a.toml"); });
}

TEST(TrainConfig, ResolvedConfigurationHoldsEveryKeyAndReadsBack) {
  const Json resolved = to_json(small_config());
  EXPECT_EQ(resolved["training"]["steps"], 20);
  EXPECT_EQ(resolved["training"]["beta2"], 0.999);
  EXPECT_EQ(resolved["training"]["clip_norm"], 1.0);
  EXPECT_EQ(resolved["task"]["label_noise"], 0.0);
  EXPECT_EQ(resolved["model"]["layers"][0]["heads"], 1);
  EXPECT_EQ(to_json(read_train_config(resolved, "again")), resolved);
  EXPECT_NO_THROW(toml_text(resolved));
}

TEST(TrainConfig, RecurrenceRateFollowsTheLearningRateUnlessGiven) {
  Json tree = small_experiment();
  tree["training"].erase("recurrence_learning_rate");
  EXPECT_EQ(read_train_config(tree, "test").training.recurrence_learning_rate, 0.01);
  EXPECT_EQ(small_config().training.recurrence_learning_rate, 0.002);
}

TEST(TrainConfig, ModelStartsFromTheSeedAloneInItsDtype) {
  Json tree = small_experiment();
  tree["dtype"] = "float64";
  const auto readout = [](const Json& experiment) {
    return make_model(read_train_config(experiment, "test"))
        ->named_parameters()["layers.0.readout"]
        .detach();
  };
  const torch::Tensor first = readout(tree);
  EXPECT_EQ(first.scalar_type(), torch::kDouble);
  EXPECT_TRUE(first.equal(readout(tree)));
  tree["seed"] = 4;
  EXPECT_FALSE(first.equal(readout(tree)));
}

TEST(TrainConfig, ASectionIsReadWithoutTheTask) {
  Json tree = small_experiment();
  tree["task"] = {{"kind", "language_modelling"}, {"path", "/no/such/text"}};
  EXPECT_EQ(read_training_options(tree, "test").batch_size, 16);
  EXPECT_EQ(read_evaluation_options(tree, "test").tasks, 64);
  tree["evaluation"]["task"] = 5;
  EXPECT_EQ(error_text<InvalidArgument>([&] { read_evaluation_options(tree, "a.toml"); }),
            "[config] a.toml: unknown key \"evaluation.task\". Did you mean "
            "\"evaluation.tasks\"?");
}

TEST(TrainConfig, MistakesAreNamedBeforeDataAreRead) {
  EXPECT_EQ(message_after([](Json& t) {
              t["task"] = {{"kind", "language_modelling"}, {"path", "/no/such/text"}};
              t["training"]["steps"] = 0;
            }),
            "[config] a.toml: \"training.steps\" must be an integer of at least 1; got 0.");
}

TEST(TrainConfig, UnknownAndMissingKeysAreNamed) {
  EXPECT_EQ(message_after([](Json& t) { t["training"]["learning_rat"] = 1; }),
            "[config] a.toml: unknown key \"training.learning_rat\". Did you mean "
            "\"training.learning_rate\"?");
  EXPECT_EQ(message_after([](Json& t) { t["trainin"] = Json::object(); }),
            "[config] a.toml: unknown key \"trainin\". Did you mean \"training\"?");
  EXPECT_EQ(message_after([](Json& t) { t["evaluation"]["task"] = 5; }),
            "[config] a.toml: unknown key \"evaluation.task\". Did you mean "
            "\"evaluation.tasks\"?");
  EXPECT_EQ(message_after([](Json& t) { t.erase("task"); }),
            "[config] a.toml: \"task\" must be given; got no such key.");
  EXPECT_EQ(message_after([](Json& t) { t.erase("model"); }),
            "[config] a.toml: \"model\" must be given; got no such key.");
}

TEST(TrainConfig, ValuesOutsideTheirRangeAreRefused) {
  EXPECT_EQ(message_after([](Json& t) { t["training"]["steps"] = 0; }),
            "[config] a.toml: \"training.steps\" must be an integer of at least 1; got 0.");
  EXPECT_EQ(message_after([](Json& t) { t["training"]["learning_rate"] = "big"; }),
            "[config] a.toml: \"training.learning_rate\" must be a finite number of at least 0; "
            "got \"big\".");
  EXPECT_EQ(message_after([](Json& t) { t["training"]["final_learning_rate"] = 2; }),
            "[config] a.toml: \"training.final_learning_rate\" must be a finite number of at "
            "least 0 and at most 1; got 2.");
  EXPECT_EQ(message_after([](Json& t) { t["dtype"] = "float16"; }),
            "[config] a.toml: \"dtype\" must be one of float32, float64; got \"float16\". Did "
            "you mean \"float32\"?");
}

TEST(TrainConfig, ContradictionsAreRefused) {
  EXPECT_EQ(message_after([](Json& t) { t["training"]["warmup_steps"] = 21; }),
            "[a.toml: \"training\"] warmup_steps must be at most steps; got 21 and 20.");
  EXPECT_EQ(message_after([](Json& t) { t["training"]["shards"] = 17; }),
            "[a.toml: \"training\"] shards must be at most batch_size; got 17 and 16.");
  EXPECT_EQ(message_after([](Json& t) { t["training"]["beta2"] = 1; }),
            "[a.toml: \"training\"] beta1 and beta2 must be below 1; got 0.9 and 1.");
  EXPECT_EQ(message_after([](Json& t) { t["training"]["average_decay"] = 1; }),
            "[a.toml: \"training\"] average_decay must be below 1; got 1.");
  EXPECT_EQ(message_after([](Json& t) { t["task"]["layout"] = "blocks"; }),
            "[a.toml] the first layer's input_size must be the width of the task's tokens; got 2 "
            "and 4.");
  EXPECT_EQ(message_after([](Json& t) { t["task"]["outputs"] = 1; }),
            "[a.toml] the last layer's output_size must be the task's outputs; got 2 and 1.");
}

TEST(TrainConfig, AModelWithoutParametersIsRefused) {
  EXPECT_EQ(message_after([](Json& t) {
              t["model"] = {{"layers", {{{"kind", "running_mean"}, {"input_size", 2}}}}};
            }),
            "[a.toml] a model must have parameters to train; got layers without any. Add one that "
            "has some, such as linear.");
}

TEST(TrainConfig, RefusesADeviceThatIsNotThere) {
  if (torch::cuda::is_available()) GTEST_SKIP() << "this machine has a GPU";
  Json tree = small_experiment();
  tree["device"] = "cuda";
  const TrainConfig config = read_train_config(tree, "test");
  EXPECT_EQ(to_json(config)["device"], "cuda");
  EXPECT_EQ(error_text<InvalidArgument>([&] { make_model(config); }),
            "[train] device cuda is not available: libtorch sees no GPU. Choose the device cpu, "
            "or build with a libtorch that has CUDA on a machine with a GPU.");
}

TEST(ConfigDifference, ListsEveryKeyWithItsOldAndNewValue) {
  const Json earlier = {{"seed", 1}, {"training", {{"steps", 10}, {"rate", 0.5}}}, {"old", "a"}};
  const Json now = {{"seed", 1}, {"training", {{"rate", 0.25}, {"steps", 10}}}, {"new", true}};
  EXPECT_EQ(config_difference(earlier, now),
            "\n  new: absent -> true\n  old: \"a\" -> absent\n  training.rate: 0.5 -> 0.25");
  EXPECT_EQ(config_difference(earlier, earlier), "");
}

TEST(TrainConfig, AConfigurationOfAnEarlierVersionIsCompletedByDefaults) {
  const Json resolved = to_json(small_config());
  Json earlier = resolved;
  earlier["model"]["layers"][0].erase("heads");
  earlier["training"].erase("stop_after");
  EXPECT_EQ(completed_config(earlier, "run/config.toml"), resolved);
  EXPECT_EQ(completed_config(resolved, "run/config.toml"), resolved);
  earlier["model"]["layers"][0]["heads"] = 0;
  const std::string text =
      error_text<InvalidArgument>([&] { completed_config(earlier, "run/config.toml"); });
  EXPECT_NE(text.find("run/config.toml"), std::string::npos) << text;
}

TEST(TrainConfig, ATeacherFollowsTheSeedAndIsPinnedOnceResolved) {
  Json tree = small_experiment();
  tree["task"] = {{"kind", "teacher_student"}, {"width", 2}};
  tree["seed"] = 7;
  Json resolved = to_json(read_train_config(tree, "test"));
  EXPECT_EQ(resolved["task"]["teacher_seed"], 7);
  resolved["seed"] = 8;
  EXPECT_EQ(read_train_config(resolved, "test").task->config()["teacher_seed"], 7);
}

}  // namespace
}  // namespace gril

#include "gril/training/resumed_state.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/base/safetensors.h"
#include "gril/training/trainer.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"
#include "tests/training/small_experiment.h"

namespace gril {
namespace {

constexpr const char* kAdvice = " It is damaged or of another run; start the run afresh.";

/// A run that stands at step 10 of 20.
class ResumedState : public testing::Test {
 protected:
  ResumedState() : run_(RunDirectory::create(folder_ / "run")) {
    int64_t made = 0;
    Trainer::start(config_, run_)
        .train({.should_stop = [&] { return made == 10; },
                .after_step = [&](int64_t step, double) { made = step; }});
  }

  /// Why the state is not resumed after a change, without its "[train] path". Nothing is written.
  std::string refused(const std::function<void(TrainingState&)>& change) {
    TrainingState state = load_training_state(run_.training_state());
    change(state);
    save_training_state(run_.training_state(), state);
    return refused(run_.training_state());
  }

  std::string refused(const std::filesystem::path& file) {
    const std::string state = read_file(run_.training_state(), "test");
    const std::string metrics = read_file(run_.metrics(), "test");
    const std::string text = error_text<InvalidFile>([&] { Trainer::resume(config_, run_); });
    EXPECT_EQ(read_file(run_.training_state(), "test"), state);
    EXPECT_EQ(read_file(run_.metrics(), "test"), metrics);
    const std::string where = "[train] " + file.string() + ": ";
    EXPECT_EQ(text.substr(0, where.size()), where);
    return text.substr(std::min(text.size(), where.size()));
  }

  TemporaryFolder folder_;
  TrainConfig config_ = small_config();
  RunDirectory run_;
};

TEST_F(ResumedState, OfAStepThatTheTrainingDoesNotMakeIsRefused) {
  EXPECT_EQ(refused([](TrainingState& state) { state.step = 25; }),
            std::string("its step must be at most training.steps, 20; got 25.") + kAdvice);
}

TEST_F(ResumedState, WithMoreEvaluationsThanWereMadeIsRefused) {
  EXPECT_EQ(refused([](TrainingState& state) { state.evaluations_since_best = 3; }),
            std::string("evaluations_since_best must be at most the 2 evaluations up to step 10; "
                        "got 3.") +
                kAdvice);
}

TEST_F(ResumedState, OfAnotherModelIsRefused) {
  EXPECT_EQ(refused([](TrainingState& state) {
              state.parameters = at::zeros({7});
              state.first_moment = state.second_moment = state.parameters;
            }),
            std::string("it must hold 20 parameters, moments and averages each, of the "
                        "experiment's dtype; got 7 parameters and 7 moments.") +
                kAdvice);
}

TEST_F(ResumedState, WithMomentsOfAnotherDtypeIsRefused) {
  EXPECT_EQ(refused([](TrainingState& state) {
              state.first_moment = state.first_moment.to(at::kDouble);
            }).substr(0, 22),
            "it must hold 20 parame");
}

TEST_F(ResumedState, WithNumbersThatAreNotFiniteIsRefused) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(refused([&](TrainingState& state) { state.first_moment[2] = infinity; }),
            std::string("parameters, moments and average must be finite; got numbers that are "
                        "not.") +
                kAdvice);
}

TEST_F(ResumedState, WithNegativeSecondMomentsIsRefused) {
  EXPECT_EQ(refused([](TrainingState& state) { state.second_moment[2] = -1.0; }),
            std::string("second moments must be at least 0; got negative ones.") + kAdvice);
}

TEST_F(ResumedState, ThatCarriesWhatNoBatchGoesOnFromIsRefused) {
  EXPECT_EQ(refused([](TrainingState& state) {
              state.state = {at::zeros({16, 2})};
            }),
            std::string("it must carry 0 tensors from batch to batch; got 1.") + kAdvice);
}

TEST_F(ResumedState, BesideMetricsOfFewerStepsIsRefused) {
  write_file_atomically(run_.metrics(), "{\"step\":3,\"loss\":1}\n", "test");
  EXPECT_EQ(refused(run_.metrics()),
            std::string("must have 3 lines with \"loss\" up to step 10, where the checkpoint "
                        "stands; got 1.") +
                kAdvice);
}

TEST_F(ResumedState, BesideMetricsOfStepsBeyondTheTrainingIsRefused) {
  write_file_atomically(run_.metrics(),
                        read_file(run_.metrics(), "test") + "{\"step\":21,\"loss\":1}\n", "test");
  EXPECT_EQ(refused(run_.metrics()),
            std::string("must have no line beyond training.steps, 20; got step 21.") + kAdvice);
}

TEST_F(ResumedState, WithATensorOfNoNameIsRefused) {
  SafetensorsFile file = read_safetensors(run_.training_state());
  file.tensors["third_moment"] = file.tensors["first_moment"];
  write_safetensors(run_.training_state(), file);
  EXPECT_EQ(error_text<InvalidFile>([&] { Trainer::resume(config_, run_); }),
            "[training_state] " + run_.training_state().string() +
                ": it must hold 3 tensors, parameters, moments, average and state.0, state.1, …; "
                "got 4.");
}

TEST(CheckResumedState, KnowsTheFormOfWhatIsCarried) {
  TrainingState state;
  state.parameters = state.first_moment = state.second_moment = at::ones({2});
  const ResumedTraining training{
      .options = {}, .values = at::ones({2}), .start = {at::zeros({4, 0, 3})}, .continues = true};
  state.state = {at::zeros({4, 5, 3})};
  EXPECT_NO_THROW(check_resumed_state(state, training, "FILE"));
  state.state = {at::zeros({3, 5, 3})};
  EXPECT_EQ(error_text<InvalidFile>([&] { check_resumed_state(state, training, "FILE"); }),
            std::string("[train] FILE: state.0 must be finite, of shape [4, 0, 3] and dtype Float; "
                        "got shape [3, 5, 3] and dtype Float.") +
                kAdvice);
}

TEST(Trainer, WritesNothingForAModelThatCannotReadItsTask) {
  const TemporaryFolder folder;
  Json tree = small_experiment();
  Json& layers = tree["model"]["layers"];
  const Json positions = {
      {"kind", "positional_embedding"}, {"input_size", 2}, {"maximal_length", 3}};
  layers.insert(layers.begin(), positions);
  const TrainConfig config = read_train_config(tree, "test");
  const RunDirectory run = RunDirectory::plan(folder / "run");
  EXPECT_THROW(Trainer::start(config, run), std::exception);
  EXPECT_EQ(folder.entries(), 0U);
}

}  // namespace
}  // namespace gril

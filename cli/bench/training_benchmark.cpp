#include "cli/bench/training_benchmark.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/bench/eager_deep_training.h"
#include "cli/bench/eager_training.h"
#include "cli/bench/goal.h"
#include "cli/bench/machine.h"
#include "cli/bench/scratch_folder.h"
#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/ops/threads.h"
#include "gril/training/trainer.h"

namespace gril::bench {
namespace {

/// One way to train. `run` trains once and returns steps per second.
struct TrainingContender {
  std::string method;
  int threads = 1;
  std::function<double()> run;
  std::vector<double> rates = {};
};

TrainConfig shortened(TrainConfig config, const TrainingBenchmarkOptions& options, int64_t shards) {
  config.training.steps = options.steps;
  config.training.warmup_steps = std::min(config.training.warmup_steps, options.steps);
  // Evaluation and checkpoint come once, at the last step, which is not timed.
  config.training.evaluate_every = options.steps;
  config.training.checkpoint_every = options.steps;
  config.training.shards = shards;
  config.evaluation.tasks = config.training.batch_size;
  return config;
}

double trained_rate(const TrainConfig& config, int threads) {
  using Clock = std::chrono::steady_clock;
  const ScratchFolder folder;
  set_threads(threads);
  Trainer trainer = Trainer::start(config, RunDirectory::create(folder.path() / "run"));
  const int64_t first = config.training.steps / 10;
  const int64_t last = config.training.steps - 1;
  Clock::time_point start, end;
  TrainingObserver observer;
  observer.after_step = [&](int64_t step, double) {
    if (step == first) start = Clock::now();
    if (step == last) end = Clock::now();
  };
  trainer.train(observer);
  return static_cast<double>(last - first) / std::chrono::duration<double>(end - start).count();
}

/// The script of the same model in eager PyTorch.
std::filesystem::path script_of(const TrainConfig& config,
                                const TrainingBenchmarkOptions& options) {
  if (!options.script.empty()) return options.script;
  return is_language_model(config) ? "benchmarks/eager_deep_network.py"
                                   : "benchmarks/eager_pytorch_training.py";
}

std::vector<TrainingContender> own_contenders(const TrainConfig& config,
                                              const TrainingBenchmarkOptions& options) {
  std::vector<TrainingContender> contenders;
  for (const auto& [shards, threads] : {std::pair{1, 1}, {2, 1}, {1, 2}}) {
    const TrainConfig changed = shortened(config, options, shards);
    contenders.push_back(
        {.method = concatenate("gril, training.shards=", shards,
                               threads > 1 ? ", threads inside operations" : ""),
         .threads = std::max(shards, threads),
         .run = [changed, threads = threads] { return trained_rate(changed, threads); }});
  }
  return contenders;
}

std::vector<TrainingContender> eager_contenders(const TrainConfig& config,
                                                const TrainingBenchmarkOptions& options,
                                                const std::string& version) {
  std::vector<TrainingContender> contenders;
  for (const auto& [readout, threads] : {std::pair{"every", 1}, {"every", 2}, {"last", 1}}) {
    const EagerTraining eager = {options.python, script_of(config, options), readout, threads,
                                 // A slower contender needs fewer steps for the same time.
                                 std::max<int64_t>(options.steps / 5, 20)};
    contenders.push_back({.method = concatenate("eager PyTorch ", version, ", reads ", readout),
                          .threads = threads,
                          .run = [config, eager] { return eager_rate(config, eager); }});
  }
  return contenders;
}

/// The same deep network out of torch operations in two forms, and one with LSTMs in place of its
/// GRIL layers.
std::vector<TrainingContender> deep_contenders(const TrainConfig& config,
                                               const TrainingBenchmarkOptions& options,
                                               const std::string& version) {
  constexpr int64_t kChunk = 64;
  const bool long_pieces = config.task->config()["length"].get<int64_t>() > kChunk;
  std::vector<TrainingContender> contenders;
  for (const int threads : {1, 2}) {
    for (const auto& [name, mixer, chunk] : {std::tuple{"whole sequences", "same", int64_t{0}},
                                             {"chunks of 64", "same", kChunk},
                                             {"torch.nn.LSTM", "lstm", int64_t{0}}}) {
      if (chunk > 0 && !long_pieces) continue;
      const EagerDeepTraining eager = {options.python, script_of(config, options),
                                       mixer,          chunk,
                                       threads,        std::max<int64_t>(options.steps / 5, 20)};
      contenders.push_back({.method = concatenate("eager PyTorch ", version, ", ", name,
                                                  threads > 1 ? ", 2 threads" : ""),
                            .threads = threads,
                            .run = [config, eager] { return eager_deep_rate(config, eager); }});
    }
  }
  return contenders;
}

std::vector<TrainingContender> rival_contenders(const TrainConfig& config,
                                                const TrainingBenchmarkOptions& options,
                                                const std::string& version) {
  return is_language_model(config) ? deep_contenders(config, options, version)
                                   : eager_contenders(config, options, version);
}

void run_rounds(std::vector<TrainingContender>& contenders,
                const TrainingBenchmarkOptions& options) {
  for (int round = 0; round < options.rounds; ++round) {
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      TrainingContender& contender = contenders[round % 2 == 0 ? i : contenders.size() - 1 - i];
      options.progress(contender.method);
      contender.rates.push_back(contender.run());
    }
  }
  for (TrainingContender& contender : contenders)
    std::sort(contender.rates.begin(), contender.rates.end());
}

double median(const TrainingContender& contender) {
  return contender.rates[contender.rates.size() / 2];
}

/// The largest median of the contenders whose method starts with `prefix` and contains `word`.
double fastest(const std::vector<TrainingContender>& contenders, const std::string& prefix,
               const std::string& word = "") {
  double rate = 0;
  for (const TrainingContender& contender : contenders) {
    const bool has_word = contender.method.find(word) != std::string::npos;
    if (contender.method.starts_with(prefix) && has_word) rate = std::max(rate, median(contender));
  }
  return rate;
}

std::vector<Goal> goals_of(const std::vector<TrainingContender>& contenders, int64_t steps,
                           const std::string& version) {
  const double own = fastest(contenders, "gril");
  std::vector<Goal> goals = {
      {concatenate("training: seconds of the experiment's ", steps, " steps at this rate"),
       static_cast<double>(steps) / own, 0, 60}};
  if (version.empty()) return goals;
  const std::string eager = "training: steps/s, times eager PyTorch " + version;
  goals.push_back({eager, own / fastest(contenders, "eager", "every"), 10});
  goals.push_back(
      {eager + " that reads the last window only", own / fastest(contenders, "eager", "last"), 0});
  return goals;
}

/// The figures of a language model: tokens per second, the best of every contender.
std::vector<Goal> deep_goals(const std::vector<TrainingContender>& contenders, int64_t tokens,
                             const std::string& version) {
  const double own = fastest(contenders, "gril");
  std::vector<Goal> goals = {{"training: tokens per second", own * static_cast<double>(tokens), 0}};
  if (version.empty()) return goals;
  const double same = std::max(fastest(contenders, "eager", "whole sequences"),
                               fastest(contenders, "eager", "chunks"));
  goals.push_back(
      {"training: tokens/s, times the same network in eager PyTorch " + version, own / same, 2});
  goals.push_back({"training: tokens/s, times torch.nn.LSTM of PyTorch " + version,
                   own / fastest(contenders, "eager", "LSTM"), 0});
  return goals;
}

}  // namespace

Json benchmark_training(const TrainingBenchmarkOptions& options) {
  require(options.steps >= 20, "bench", "--steps must be at least 20; got ", options.steps, ".");
  const TrainConfig config =
      read_train_config(read_toml(options.experiment), options.experiment.string());
  std::string version;
  if (!options.python.empty()) {
    if (!is_language_model(config)) check_eager_model(config);
    version = pytorch_version(options.python);
  }
  std::vector<TrainingContender> contenders = own_contenders(config, options);
  if (!version.empty())
    for (TrainingContender& rival : rival_contenders(config, options, version))
      contenders.push_back(std::move(rival));
  Json result = {{"benchmark", "train"},   {"experiment", options.experiment.string()},
                 {"steps", options.steps}, {"rounds", options.rounds},
                 {"machine", machine()},   {"rows", Json::array()},
                 {"goals", Json::array()}};
  run_rounds(contenders, options);
  for (const TrainingContender& contender : contenders)
    result["rows"].push_back({{"what", "training"},
                              {"method", contender.method},
                              {"threads", contender.threads},
                              {"median_steps_per_second", median(contender)},
                              {"best_steps_per_second", contender.rates.back()}});
  const std::vector<Goal> goals = is_language_model(config)
                                      ? deep_goals(contenders, tokens_per_step(config), version)
                                      : goals_of(contenders, config.training.steps, version);
  for (const Goal& goal : goals) result["goals"].push_back(to_json(goal));
  return result;
}

}  // namespace gril::bench

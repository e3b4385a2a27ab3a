#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "gril/base/json.h"

namespace gril::bench {

struct TrainingBenchmarkOptions {
  std::filesystem::path experiment;  ///< whose task, model and batch are trained
  /// A Python with PyTorch that runs `script` in the same rounds; "": gril alone.
  std::string python;
  /// "": benchmarks/eager_pytorch_training.py, for a language model eager_deep_network.py.
  std::filesystem::path script;
  int64_t steps = 1500;  ///< of every training; at least 20
  int rounds = 3;        ///< trainings of every contender
  /// Told what is measured next.
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

/// Training steps per second of an experiment through Trainer, in a temporary folder: with one and
/// with two parts per batch, with a second thread inside every operation, and beside them the same
/// model in eager PyTorch; for a language model also torch.nn.LSTM of equal width. Contenders
/// alternate; the first tenth of the steps warms up. Returns {"machine", "rows": […], "goals":
/// […]}. Errors: as read_toml and read_train_config; InvalidArgument "[bench] …" for too few steps,
/// for a Python without PyTorch, and for an experiment that the script does not compute.
Json benchmark_training(const TrainingBenchmarkOptions& options);

}  // namespace gril::bench

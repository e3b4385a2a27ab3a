#include "cli/train_command.h"

#include <iostream>
#include <memory>

#include "cli/evaluation_text.h"
#include "cli/training_session.h"
#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/ops/memory_reuse.h"

namespace gril::cli {
namespace {

struct TrainOptions {
  std::filesystem::path experiment;
  std::vector<std::string> overrides;
  std::filesystem::path out;
  bool resume = false;
  bool json = false;
};

/// The folder's name for an experiment.toml, otherwise the file's.
std::string experiment_name(const std::filesystem::path& file) {
  const std::filesystem::path full = std::filesystem::absolute(file);
  return file.stem() == "experiment" ? full.parent_path().filename().string()
                                     : file.stem().string();
}

TrainingSession session_of(const TrainOptions& options, const Program& program) {
  Json tree = read_toml(options.experiment);
  for (const std::string& assignment : options.overrides) apply_override(tree, assignment);
  return {.config = read_train_config(tree, options.experiment.string()),
          .root = options.out.empty()
                      ? std::filesystem::path("runs") / experiment_name(options.experiment)
                      : options.out,
          .resume = options.resume,
          .arguments = program.arguments};
}

void print_result(const TrainOptions& options, const TrainingSession& session,
                  const TrainingResult& result) {
  if (!result.finished) {
    std::cout << "Stopped after step " << result.step << "; the checkpoint is in "
              << session.root.string() << ".\nContinue with: gril train "
              << options.experiment.string();
    for (const std::string& assignment : options.overrides) std::cout << ' ' << assignment;
    std::cout << " --out " << session.root.string() << " --resume\n";
    return;
  }
  std::cout << "Trained " << result.step << " steps (" << result.steps_per_second << " steps/s) in "
            << session.root.string() << ".\nThe network has " << trained_parameters(session)
            << " parameters.\n";
  if (result.early) {
    std::cout << "Stopped early: " << session.config.training.stop_after
              << " evaluations without a lower loss than " << result.best_loss << ".\n";
  }
  if (!result.evaluation) return;
  std::cout << "On " << result.evaluation->loss.samples << " fresh sequences:\nloss "
            << result_text(result.evaluation->loss) << '\n'
            << further_text(*result.evaluation);
}

int train(const TrainOptions& options, const Program& program) {
  // A step frees and takes the same tensors again.
  keep_freed_memory();
  const TrainingSession session = session_of(options, program);
  try {
    const InterruptGuard interrupt;
    const TrainingResult result = run_training(session, interrupt);
    if (options.json) {
      std::cout << training_json(session, result) << '\n';
    } else {
      print_result(options, session, result);
    }
  } catch (const TrainingDiverged& error) {
    std::cerr << "gril: " << error.what() << '\n';
    return kCheckFailed;
  }
  return kDone;
}

}  // namespace

void add_train_command(Program& program) {
  auto options = std::make_shared<TrainOptions>();
  CLI::App* command = program.app.add_subcommand(
      "train",
      "Train the model of an experiment. The run directory receives the resolved configuration, "
      "provenance, metrics.jsonl and checkpoints (last, best); Ctrl-C leaves a checkpoint. "
      "Data that take long to read are kept in ~/.cache/gril, or as the key task.cache says "
      "(a folder, or none). "
      "Equal experiments give equal bits, interrupted or not.");
  command->add_option("experiment", options->experiment, "the experiment, a TOML file")->required();
  command->add_option("overrides", options->overrides,
                      "key=value with dotted keys, in place of what the file says");
  command->add_option("--out", options->out,
                      "run directory (default: runs/NAME of the experiment); must not exist yet");
  command->add_flag("--resume", options->resume, "continue the run from its last checkpoint");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Example:\n"
      "  gril train experiments/learning_in_the_recurrent_state/one_step_regression/"
      "experiment.toml seed=2 training.steps=4000 --out runs/short\n"
      "  gril evaluate runs/short");
  command->callback([&program, options] {
    program.run = [options, &program] { return train(*options, program); };
  });
}

}  // namespace gril::cli

#include "cli/evaluate_command.h"

#include <ATen/ATen.h>

#include <iomanip>
#include <iostream>
#include <memory>

#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/evaluation/evaluate.h"
#include "gril/evaluation/loss.h"
#include "gril/models/checkpoint.h"
#include "gril/runs/run_directory.h"
#include "gril/tasks/task_registry.h"
#include "gril/training/train_config.h"

namespace gril::cli {
namespace {

struct EvaluateOptions {
  std::filesystem::path source;
  std::string checkpoint = "last";
  int64_t tasks = 0;
  int64_t seed = -1;
  bool context = false;
  bool json = false;
};

/// A model, its task and the prompts to judge it by.
struct Evaluated {
  std::filesystem::path path;
  std::shared_ptr<SequenceModel> model;
  std::unique_ptr<Task> task;
  EvaluationOptions prompts;
};

/// What the measurement found.
struct Findings {
  Result loss;
  Result null_loss;               ///< of the prediction 0
  std::vector<Result> by_length;  ///< after 1 … N examples; empty unless asked for
};

Evaluated open(const EvaluateOptions& options) {
  Evaluated evaluated;
  evaluated.path = options.source;
  if (std::filesystem::is_directory(options.source)) {
    const RunDirectory run = RunDirectory::open(options.source);
    evaluated.prompts =
        read_train_config(read_toml(run.config()), run.config().string()).evaluation;
    evaluated.path = options.checkpoint == "best" ? run.best_model() : run.last_model();
  }
  if (options.tasks > 0) evaluated.prompts.tasks = options.tasks;
  if (options.seed >= 0) evaluated.prompts.seed = static_cast<uint64_t>(options.seed);
  const ModelFile file = load_model(evaluated.path);
  require(!file.task.is_null(), "evaluate", evaluated.path.string(),
          " does not say which task it was made for (no gril_task); give a trained or constructed "
          "model.");
  evaluated.model = file.model;
  evaluated.task = make_task(ConfigSection(file.task, evaluated.path.string(), "gril_task"));
  return evaluated;
}

Findings measure(const Evaluated& evaluated, bool context) {
  const auto dtype = evaluated.model->parameters().front().scalar_type();
  const Batch prompts =
      evaluation_tasks(*evaluated.task, evaluated.prompts.tasks, evaluated.prompts.seed, dtype);
  Findings findings;
  findings.loss = evaluate_loss(*evaluated.model, prompts);
  findings.null_loss = measure_loss(at::zeros_like(prompts.targets), prompts.targets);
  if (context) {
    findings.by_length =
        loss_over_context_length(*evaluated.model, evaluated.task->layout(), prompts);
  }
  return findings;
}

void print(const Evaluated& evaluated, const Findings& findings) {
  std::cout << evaluated.path.string() << ": loss " << findings.loss.value << " ± "
            << *findings.loss.uncertainty << " on " << evaluated.prompts.tasks
            << " prompts of seed " << evaluated.prompts.seed << " (" << kLossConvention
            << ").\nWithout learning in context (prediction 0): " << findings.null_loss.value
            << ".\n";
  if (findings.by_length.empty()) return;
  std::cout << "\nexamples  loss       standard error\n";
  for (std::size_t i = 0; i < findings.by_length.size(); ++i) {
    std::cout << std::setw(8) << i + 1 << "  " << std::left << std::setw(9)
              << findings.by_length[i].value << "  " << *findings.by_length[i].uncertainty
              << std::right << '\n';
  }
}

void print_json(const Evaluated& evaluated, const Findings& findings) {
  Json tree = {{"model", evaluated.path.string()},
               {"task", evaluated.task->config()},
               {"tasks", evaluated.prompts.tasks},
               {"seed", evaluated.prompts.seed},
               {"unit", kLossConvention},
               {"loss", findings.loss.value},
               {"standard_error", *findings.loss.uncertainty},
               {"null_loss", findings.null_loss.value}};
  for (const Result& loss : findings.by_length) {
    tree["loss_over_context_length"].push_back(loss.value);
  }
  std::cout << tree << '\n';
}

int evaluate(const EvaluateOptions& options) {
  const Evaluated evaluated = open(options);
  const Findings findings = measure(evaluated, options.context);
  if (options.json) {
    print_json(evaluated, findings);
  } else {
    print(evaluated, findings);
  }
  return kDone;
}

}  // namespace

void add_evaluate_command(Program& program) {
  auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command = program.app.add_subcommand(
      "evaluate",
      "Measure the loss of a model on fresh prompts of the task it was made for. The prompts "
      "depend "
      "on their number and seed alone, so models are compared on the same ones.");
  command->add_option("source", options->source, "a run directory or a model file")->required();
  command->add_option("--checkpoint", options->checkpoint, "which model of a run: last or best")
      ->check(CLI::IsMember({"last", "best"}))
      ->capture_default_str();
  command
      ->add_option("--tasks", options->tasks,
                   "number of prompts (default: as the run says, otherwise 10000)")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--seed", options->seed,
                   "seed of the prompts (default: as the run says, otherwise 0)")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--context", options->context,
                    "also the loss after the first 1 … N examples of the context");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example:\n  gril evaluate runs/one_step_regression --context");
  command->callback(
      [&program, options] { program.run = [options] { return evaluate(*options); }; });
}

}  // namespace gril::cli

#include "cli/evaluate_command.h"

#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/evaluation_text.h"
#include "cli/integer_option.h"
#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/evaluation/evaluate.h"
#include "gril/models/available_device.h"
#include "gril/models/checkpoint.h"
#include "gril/models/parameter_options.h"
#include "gril/runs/run_directory.h"
#include "gril/tasks/task_registry.h"
#include "gril/training/train_config.h"

namespace gril::cli {
namespace {

struct EvaluateOptions {
  std::filesystem::path source;
  std::vector<std::string> overrides;
  std::string checkpoint = "last";
  std::string device = "cpu";
  int64_t tasks = 0;
  int64_t seed = -1;
  bool context = false;
  bool json = false;
};

/// A model, its task and the sequences to judge it by.
struct Evaluated {
  std::filesystem::path path;
  std::shared_ptr<SequenceModel> model;
  std::unique_ptr<Task> task;
  EvaluationOptions sequences;
};

/// What the measurement found.
struct Findings {
  Evaluation evaluation;
  Result null_loss;               ///< of the output 0
  std::vector<Result> by_length;  ///< after 1 … N examples; empty unless asked for
};

/// The task of a model file with the values of `overrides`; the model must still fit it.
std::unique_ptr<Task> changed_task(const ModelFile& file, const std::string& path,
                                   const std::vector<std::string>& overrides) {
  if (overrides.empty()) return make_task(ConfigSection(file.task, path, "gril_task"));
  Json tree = {{"task", file.task}};
  for (const std::string& assignment : overrides) {
    require(assignment.starts_with("task."), "evaluate",
            "a value can be set for keys of the task only; got ", assignment,
            ". Write, for example, task.examples=40.");
    apply_override(tree, assignment);
  }
  std::unique_ptr<Task> changed = make_task(ConfigSection(tree["task"], "overrides", "task"));
  const auto check_same = [&](const char* what, int64_t before, int64_t now) {
    require(before == now, "evaluate", "the changed task must keep ", what, " of the model, ",
            before, "; got ", now, ". Leave out what changes it.");
  };
  check_same("the token width", file.model->input_size(), changed->token_width());
  check_same("the number of symbols", file.model->input_symbols(), changed->symbols());
  check_same("the number of outputs", file.model->output_size(), changed->output_size());
  return changed;
}

Evaluated open(const EvaluateOptions& options) {
  Evaluated evaluated;
  evaluated.path = options.source;
  if (std::filesystem::is_directory(options.source)) {
    const RunDirectory run = RunDirectory::open(options.source);
    evaluated.sequences = read_evaluation_options(read_toml(run.config()), run.config().string());
    evaluated.path = options.checkpoint == "best" ? run.best_model() : run.last_model();
  }
  if (options.tasks > 0) evaluated.sequences.tasks = options.tasks;
  if (options.seed >= 0) evaluated.sequences.seed = static_cast<uint64_t>(options.seed);
  const ModelFile file = load_model(evaluated.path);
  require(!file.task.is_null(), "evaluate", evaluated.path.string(),
          " does not say which task it was made for (no gril_task); give a trained or constructed "
          "model.");
  evaluated.model = file.model;
  evaluated.model->to(available_device(options.device, "evaluate"));
  evaluated.task = changed_task(file, evaluated.path.string(), options.overrides);
  return evaluated;
}

/// The loss after the first 1 … N examples, on the prompts that also gave the loss.
std::vector<Result> losses_by_length(const Evaluated& evaluated, torch::Dtype dtype) {
  const auto* task = dynamic_cast<const InContextTask*>(evaluated.task.get());
  require(task != nullptr, "evaluate",
          "--context needs a task whose prompts have context examples; got ",
          evaluated.task->config().at("kind"), ". Leave it out.");
  const EvaluationOptions& sequences = evaluated.sequences;
  return loss_over_context_length(
      *evaluated.model, *task, evaluation_prompts(*task, sequences.tasks, sequences.seed, dtype));
}

Findings measure(const Evaluated& evaluated, bool context) {
  const auto dtype = parameter_dtype(*evaluated.model);
  const Task& task = *evaluated.task;
  Findings findings;
  if (context) findings.by_length = losses_by_length(evaluated, dtype);
  const EvaluationSet sequences =
      evaluation_set(task, evaluated.sequences.tasks, evaluated.sequences.seed, dtype);
  findings.evaluation = gril::evaluate(*evaluated.model, task.scoring(), sequences);
  findings.null_loss = evaluate_zero(task.output_size(), task.scoring(), sequences).loss;
  return findings;
}

void print(const Evaluated& evaluated, const Findings& findings) {
  std::cout << evaluated.path.string() << " on " << findings.evaluation.loss.samples
            << " sequences of seed " << evaluated.sequences.seed << ":\nloss "
            << result_text(findings.evaluation.loss) << '\n'
            << further_text(findings.evaluation) << "The output 0 has the loss "
            << findings.null_loss.value << ".\n";
  if (findings.by_length.empty()) return;
  std::cout << "\nexamples  loss       standard error\n";
  for (std::size_t i = 0; i < findings.by_length.size(); ++i) {
    const Result& loss = findings.by_length[i];
    std::cout << std::setw(8) << i + 1 << "  " << std::left << std::setw(9) << loss.value << "  "
              << (loss.uncertainty ? concatenate(*loss.uncertainty) : "-") << std::right << '\n';
  }
}

void print_json(const Evaluated& evaluated, const Findings& findings) {
  const Result& loss = findings.evaluation.loss;
  Json tree = {{"model", evaluated.path.string()},
               {"task", evaluated.task->config()},
               {"tasks", loss.samples},
               {"seed", evaluated.sequences.seed},
               {"unit", loss.unit},
               {"loss", loss.value},
               {"standard_error", optional_number(loss.uncertainty)},
               {"null_loss", findings.null_loss.value},
               {"results", results_json(findings.evaluation)}};
  for (const Result& shorter : findings.by_length) {
    tree["loss_over_context_length"].push_back(shorter.value);
  }
  std::cout << tree << '\n';
}

int evaluate(const EvaluateOptions& options) {
  const Evaluated evaluated = open(options);
  const Findings findings = measure(evaluated, options.context);
  if (options.json) {
    print_json(evaluated, findings);
  } else {
    for (const std::string& assignment : options.overrides)
      std::cout << "With " << assignment << ".\n";
    print(evaluated, findings);
  }
  return kDone;
}

}  // namespace

void add_evaluate_command(Program& program) {
  auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command = program.app.add_subcommand(
      "evaluate",
      "Measure a model on fresh sequences of the task it was made for: its loss, and accuracy, "
      "perplexity and bits per symbol or error over target variance, each with its convention and "
      "standard error. The sequences "
      "depend on their number and seed alone, so models are compared on the same ones.");
  command->add_option("source", options->source, "a run directory or a model file")->required();
  command->add_option("overrides", options->overrides,
                      "key=value in place of what the task of the model says, such as "
                      "task.examples=40: longer contexts and other laws than in training");
  command->add_option("--checkpoint", options->checkpoint, "which model of a run: last or best")
      ->check(CLI::IsMember({"last", "best"}))
      ->capture_default_str();
  add_integer(*command, "--tasks", options->tasks,
              "number of sequences (default: as the run says, otherwise 10000)", 1);
  add_integer(*command, "--seed", options->seed,
              "seed of the sequences (default: as the run says, otherwise 0)", 0);
  command->add_option("--device", options->device, "where the model runs: cpu, or cuda for a GPU")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  command->add_flag("--context", options->context,
                    "also the loss after the first 1 … N examples of an in-context task");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Examples:\n"
      "  gril evaluate runs/one_step_regression --context\n"
      "  gril evaluate runs/one_step_regression task.examples=40 task.input_range=2.0");
  command->callback(
      [&program, options] { program.run = [options] { return evaluate(*options); }; });
}

}  // namespace gril::cli

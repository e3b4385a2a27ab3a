#include "cli/analyze_command.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "cli/integer_option.h"
#include "cli/sequence_file.h"
#include "gril/analysis/analyze.h"
#include "gril/base/check.h"
#include "gril/base/json_value.h"
#include "gril/base/progress.h"
#include "gril/report/number_text.h"

namespace gril::cli {
namespace {

namespace fs = std::filesystem;

struct AnalyzeOptions {
  fs::path subject;
  fs::path out;
  std::optional<int64_t> tasks;
  std::optional<uint64_t> seed;
  std::optional<double> threshold;
  fs::path teacher;
  fs::path sequence;
  bool json = false;
};

AnalysisOptions with_arguments(AnalysisOptions options, const AnalyzeOptions& arguments) {
  constexpr int64_t kSweepShare = 5;
  if (arguments.tasks) {
    options.tasks = *arguments.tasks;
    options.tuning_tasks = *arguments.tasks;
    options.sweep_tasks = std::max<int64_t>(1, *arguments.tasks / kSweepShare);
    options.sequences = std::min(options.sequences, *arguments.tasks);
  }
  options.seed = arguments.seed.value_or(options.seed);
  options.influence_threshold = arguments.threshold.value_or(options.influence_threshold);
  return options;
}

AnalysisRequest request_of(const AnalysisOptions& options, const AnalyzeOptions& arguments) {
  AnalysisRequest request;
  request.options = with_arguments(options, arguments);
  if (!arguments.teacher.empty()) {
    request.teacher = load_model(arguments.teacher);
    request.teacher->model->to(torch::kFloat64);
    request.teacher_name = arguments.teacher.string();
  }
  if (!arguments.sequence.empty()) request.sequence = read_sequence(arguments.sequence);
  return request;
}

/// A bare model has no place of its own for results: they go to --out, or only to the terminal.
Analysis analyze_file(const AnalyzeOptions& arguments, const AnalysisProgress& progress) {
  const Analysis analysis = analyze_model(load_model(arguments.subject), arguments.subject.string(),
                                          request_of({}, arguments), progress);
  if (!arguments.out.empty()) write_analysis(analysis, arguments.out);
  return analysis;
}

Analysis analyze_subject(const AnalyzeOptions& arguments, const AnalysisProgress& progress) {
  if (!fs::is_directory(arguments.subject)) return analyze_file(arguments, progress);
  require(
      arguments.out.empty(), "analyze",
      "--out is for model files; the results of a run go to its folder analysis. Leave it out.");
  const RunDirectory run = RunDirectory::open(arguments.subject);
  return analyze_run(run, request_of(analysis_options_of(run), arguments), progress);
}

/// of_run: whether the model is that of a run, and so of one seed
void print_summary(const Json& summary, bool of_run) {
  std::cout << summary["conclusion"]["sentence"].get<std::string>() << "\n\n";
  const JsonValue metrics(summary["metrics"], "analyze", "the metrics", "");
  for (const JsonValue& metric : metrics.elements()) {
    const std::string name = metric["name"].text();
    constexpr std::size_t kColumn = 42;
    std::cout << name << std::string(kColumn - std::min(kColumn - 1, name.size()), ' ')
              << number_text(metric["value"], 6);
    const std::string interval = interval_text(metric, 6);
    if (!interval.empty()) std::cout << "  (" << interval << ')';
    std::cout << "  " << metric["unit"].text() << '\n';
  }
  std::cout << "\nIntervals: " << summary["interval"].get<std::string>() << ".\n";
  if (of_run) {
    std::cout << "One seed: what another seed would learn is not in them; gril reproduce trains "
                 "several.\n";
  }
}

int analyze(const AnalyzeOptions& arguments) {
  std::optional<Progress> progress;
  const auto advance = [&](const std::string& stage, int done, int stages) {
    if (!progress) progress.emplace("analyze", "stages", stages);
    progress->update(done, stage);
  };
  const Analysis analysis = analyze_subject(arguments, advance);
  if (progress) progress->finish();
  if (arguments.json) {
    std::cout << analysis.summary.dump(2) << '\n';
  } else {
    print_summary(analysis.summary, fs::is_directory(arguments.subject));
  }
  return kDone;
}

constexpr const char* kDescription =
    "Says what a trained or constructed network computes. A gated linear RNN is decompiled: "
    "which "
    "neurons matter, the kernels of its polynomial, the attention layer they are nearest to with "
    "its matrices, its learning rate where it does gradient descent, a smaller network that does "
    "the same. Another model of in-context regression is compared with tuned gradient descent on "
    "the same prompts, in one step and in as many as it has layers, and its weights with those of "
    "the exact construction or, in a stack of GRIL layers, path by path; if it is not one GRIL "
    "layer, also with several steps and ridge regression. Any other model is measured from "
    "outside. The "
    "results of a run go to RUN/analysis/; a model file (a construction too) is analyzed as it "
    "is.";

}  // namespace

void add_analyze_command(Program& program) {
  auto options = std::make_shared<AnalyzeOptions>();
  CLI::App* command = program.app.add_subcommand("analyze", kDescription);
  command->add_option("subject", options->subject, "a run directory or a model file")->required();
  add_integer(*command, "--tasks", options->tasks,
              "sequences to measure and to tune on; a fifth of them per point of a sweep "
              "(default: the run's section [analysis], or 10000)",
              1);
  add_integer(*command, "--seed", options->seed,
              "of the sequences (default: the run's [evaluation])", 0);
  command
      ->add_option(
          "--threshold", options->threshold,
          "influence below which a neuron does not count and is pruned (default: the run's "
          "section [analysis], or 1e-4)")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option(
      "--teacher", options->teacher,
      "a model file whose attention a gated linear RNN is compared with: one linear "
      "attention layer, a construction of linear attention or a gated linear RNN "
      "(default: the teacher of its task, or what it claims)");
  command->add_option("--sequence", options->sequence,
                      "a CSV table, one row per token and one column per feature, whose attention "
                      "map is wanted (default: the first sequence of the sample)");
  command->add_option("--out", options->out, "folder for the results of a model file");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Examples:\n"
      "  gril analyze runs/one_step_regression\n"
      "  gril construct linear-attention --width 4 -o attention.safetensors\n"
      "  gril analyze attention.safetensors --out found");
  command->callback([&program, options] { program.run = [options] { return analyze(*options); }; });
}

}  // namespace gril::cli

#include "cli/reproduce_command.h"

#include <iostream>
#include <memory>

#include "cli/integer_option.h"
#include "cli/planned_models.h"
#include "cli/reproduction.h"
#include "gril/ops/threads.h"
#include "gril/runs/expected.h"
#include "gril/training/trainer.h"

namespace gril::cli {
namespace {

namespace fs = std::filesystem;

struct ReproduceOptions {
  fs::path root;
  fs::path out;
  PlanRequest plan_request;
  bool fresh = false;
  bool plan = false;  ///< say what would be trained
  int jobs = available_processors();
  bool json = false;
};

/// runs/reproduce/NAME for each experiment, or below --out; NAME-PROFILE for another profile than
/// the full one, which trains other runs under the same names.
fs::path out_of(const ReproduceOptions& options, const fs::path& experiment, bool several) {
  std::string name = fs::weakly_canonical(experiment).filename().string();
  if (options.plan_request.profile != "full") name += '-' + options.plan_request.profile;
  if (options.out.empty()) return fs::path("runs") / "reproduce" / name;
  return several ? options.out / name : options.out;
}

void print_result(const fs::path& experiment, const fs::path& out,
                  const ReproductionResult& result) {
  std::cout << experiment.string() << "\n\n";
  if (!result.finished) {
    std::cout << "Stopped; the same command continues in " << out.string() << ".\n";
    return;
  }
  std::cout << result.table << '\n'
            << (result.holds ? "Reproduced: every expectation holds.\n"
                             : "Not reproduced: an expectation fails.\n")
            << "Runs and report: " << out.string() << '\n';
}

/// What would be trained; expectations are read, so that a mistake in them shows before a training.
int show_plans(const ReproduceOptions& options) {
  Json plans = Json::array();
  for (const fs::path& folder : experiment_folders(options.root)) {
    const ExperimentPlan plan = plan_experiment(folder, options.plan_request);
    const std::size_t expectations =
        without_variants(read_expected(plan.expected), plan.left_out).size();
    const Json models = planned_models(plan);
    if (!options.json) {
      std::cout << folder.string() << "\n\n"
                << planned_models_text(models) << expectations << " expectations in "
                << plan.expected.string() << "\n\n";
    }
    plans.push_back(
        {{"experiment", folder.string()}, {"runs", models}, {"expectations", expectations}});
  }
  if (options.json) std::cout << Json{{"experiments", plans}}.dump(2) << '\n';
  return kDone;
}

/// The plan of every folder, checked: the last variant of the last one is no later to be refused
/// than the first.
std::vector<ExperimentPlan> checked_plans(const std::vector<fs::path>& folders,
                                          const PlanRequest& request) {
  std::vector<ExperimentPlan> plans;
  for (const fs::path& folder : folders) {
    plans.push_back(plan_experiment(folder, request));
    planned_models(plans.back());
  }
  return plans;
}

int reproduce_all(const ReproduceOptions& options, const Program& program) {
  const std::vector<fs::path> folders = experiment_folders(options.root);
  const std::vector<ExperimentPlan> plans = checked_plans(folders, options.plan_request);
  Json results = Json::array();
  bool holds = true;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    const fs::path& folder = folders[i];
    const fs::path out = out_of(options, folder, folders.size() > 1);
    const ReproductionResult result = reproduce({.experiment = folder,
                                                 .out = out,
                                                 .plan = plans[i],
                                                 .fresh = options.fresh,
                                                 .jobs = static_cast<std::size_t>(options.jobs),
                                                 .arguments = program.arguments});
    if (!options.json) print_result(folder, out, result);
    results.push_back(result.json);
    holds = holds && result.holds;
    if (!result.finished) break;
  }
  if (options.json) std::cout << Json{{"holds", holds}, {"experiments", results}}.dump(2) << '\n';
  return holds ? kDone : kCheckFailed;
}

int run(const ReproduceOptions& options, const Program& program) {
  if (options.plan) return show_plans(options);
  try {
    return reproduce_all(options, program);
  } catch (const TrainingDiverged& error) {
    std::cerr << "gril: " << error.what() << '\n';
    return kCheckFailed;
  }
}

}  // namespace

void add_reproduce_command(Program& program) {
  auto options = std::make_shared<ReproduceOptions>();
  CLI::App* command = program.app.add_subcommand(
      "reproduce",
      "Replays an experiment: trains every seed of every variant, analyzes each run, and compares "
      "mean, lowest and highest over the seeds with expected.json. Runs already trained with the "
      "same "
      "configuration are kept, an interrupted one continues. Exit code 1 when an expectation does "
      "not hold. A folder of experiments replays all of them.");
  command->add_option("experiment", options->root, "folder with experiment.toml and expected.json")
      ->required();
  PlanRequest& request = options->plan_request;
  add_integer(*command, "--seeds", request.seeds, "for example 1,2,3; in place of the profile's", 0)
      ->delimiter(',');
  command
      ->add_option("--variants", request.variants,
                   "names of plan.toml, for example gril,lstm; in place of the profile's")
      ->delimiter(',');
  command
      ->add_option(
          "--profile", request.profile,
          "full, fast or another one that plan.toml of the experiment has; without that file seeds "
          "1 to 5, or seed 1 alone")
      ->capture_default_str();
  command->add_option("--out", options->out,
                      "folder for the runs (default: runs/reproduce/NAME, or NAME-PROFILE)");
  command->add_flag("--fresh", options->fresh, "train again what is already trained");
  add_integer(*command, "--jobs", options->jobs, "runs that train side by side, one thread each", 1)
      ->capture_default_str();
  command->add_flag("--plan", options->plan,
                    "print what would be trained, with the size of every model; train nothing");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Example:\n"
      "  gril reproduce experiments/learning_in_the_recurrent_state/one_step_regression");
  command->callback([&program, options] {
    program.run = [options, &program] { return run(*options, program); };
  });
}

}  // namespace gril::cli

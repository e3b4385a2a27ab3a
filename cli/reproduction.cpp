#include "cli/reproduction.h"

#include <algorithm>

#include "cli/side_by_side.h"
#include "cli/training_session.h"
#include "gril/analysis/analyze.h"
#include "gril/analysis/seed_statistics.h"
#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/base/json_file.h"
#include "gril/base/log.h"
#include "gril/base/nearest_word.h"
#include "gril/ops/threads.h"
#include "gril/report/comparison_report.h"
#include "gril/report/run_report.h"
#include "gril/runs/expected.h"

namespace gril::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kWhere = "reproduce";

std::string folder_name(const fs::path& path) {
  return fs::weakly_canonical(path).filename().string();
}

/// How far the run in `root` has come.
enum class Progressed { kNotAtAll, kPartly, kFully };

/// Errors: InvalidArgument when the folder holds a run of another configuration.
Progressed progressed(const fs::path& root, const TrainConfig& config) {
  if (!fs::exists(root)) return Progressed::kNotAtAll;
  const RunDirectory run = RunDirectory::open(root);
  const Json stored = completed_config(read_toml(run.config()), run.config().string());
  const std::string difference = config_difference(stored, to_json(config));
  require(difference.empty(), kWhere, root.string(), ": holds a run of another configuration; got",
          difference, "\nChoose another --out, or --fresh to train again.");
  if (!fs::exists(run.training_state())) return Progressed::kNotAtAll;
  const TrainingState state = load_training_state(run.training_state());
  return is_finished(config.training, state) ? Progressed::kFully : Progressed::kPartly;
}

/// Only a run directory is ever removed, never a folder that merely has its name.
void remove_run(const fs::path& root) {
  if (!fs::exists(root)) return;
  RunDirectory::open(root);
  fs::remove_all(root);
}

/// What the progress calls a run: its folder below the output folder.
std::string label(const PlannedRun& run) { return run.folder.string(); }

/// Trains one run as far as it is not trained yet; false when interrupted.
bool train(const ReproductionRequest& request, const PlannedRun& run,
           const InterruptGuard& interrupt) {
  TrainingSession session;
  session.config = read_train_config(run.config, (request.experiment / "experiment.toml").string());
  session.root = request.out / run.folder;
  session.arguments = request.arguments;
  session.label = label(run);
  // Bars of several runs would overwrite each other.
  if (request.jobs > 1) session.output.terminal = false;
  fs::create_directories(session.root.parent_path());
  if (request.fresh) remove_run(session.root);
  const Progressed state = progressed(session.root, session.config);
  if (state == Progressed::kFully) {
    log_info(label(run), ": already trained in ", session.root.string());
    return true;
  }
  if (state == Progressed::kNotAtAll) remove_run(session.root);
  log_info(label(run), ": training in ", session.root.string());
  session.resume = state == Progressed::kPartly;
  return run_training(session, interrupt).finished;
}

/// The summary of one trained run. With one thread, as after a training: the number of threads
/// decides how sums are rounded, and a run that is kept must give the same numbers.
Json analyze(const PlannedRun& run, const RunDirectory& directory) {
  log_info(label(run), ": analyzing");
  set_threads(1);
  return analyze_run(directory, {.options = analysis_options_of(directory)}, {}).summary;
}

/// The seeds of one variant, analyzed.
struct VariantRuns {
  std::string name;
  std::vector<RunDirectory> runs;
  std::vector<Json> summaries;
};

/// Every run of the plan, or nothing when interrupted.
std::vector<VariantRuns> train_and_analyze(const ReproductionRequest& request) {
  const std::vector<PlannedRun>& runs = request.plan.runs;
  std::vector<Json> summaries(runs.size());
  const InterruptGuard interrupt;
  const bool finished = side_by_side(request.jobs, runs.size(), [&](std::size_t i) {
    if (interrupt.requested() || !train(request, runs[i], interrupt)) return false;
    summaries[i] = analyze(runs[i], RunDirectory::open(request.out / runs[i].folder));
    return true;
  });
  if (!finished) return {};
  std::vector<VariantRuns> variants;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (variants.empty() || variants.back().name != runs[i].variant) {
      variants.push_back({.name = runs[i].variant, .runs = {}, .summaries = {}});
    }
    variants.back().runs.push_back(RunDirectory::open(request.out / runs[i].folder));
    variants.back().summaries.push_back(summaries[i]);
  }
  return variants;
}

std::vector<Result> results_of(const VariantRuns& variant) {
  auto results = seed_statistics(
      variant.summaries, concatenate("gril reproduce, ", variant.summaries.size(), " seeds"));
  if (variant.name.empty()) return results;
  for (Result& result : results) result.name = concatenate(variant.name, '.', result.name);
  return results;
}

/// The pages are the last step, so that a missing gnuplot loses no number.
void write_reports(const Comparison& comparison, const fs::path& page) {
  try {
    for (const ComparedVariant& variant : comparison.variants) {
      for (const RunDirectory& run : variant.runs) write_run_report(run);
    }
    write_comparison_report(comparison, page);
  } catch (const InvalidArgument& error) {
    log_warning("no report: ", error.what());
  }
}

/// What is expected of the runs of the plan.
std::vector<Expectation> expectations_of(const ExperimentPlan& plan) {
  const std::vector<Expectation> all = read_expected(plan.expected);
  std::vector<Expectation> judged = without_variants(all, plan.left_out);
  if (judged.size() < all.size()) {
    log_info("without ", join_words(plan.left_out), ": ", all.size() - judged.size(), " of ",
             all.size(), " expectations are not judged");
  }
  return judged;
}

ReproductionResult interrupted(const ReproductionRequest& request) {
  ReproductionResult result;
  result.json = {{"experiment", request.experiment.string()},
                 {"out", request.out.string()},
                 {"runs", Json::array()},
                 {"finished", false},
                 {"holds", false},
                 {"verdicts", Json::array()}};
  for (const PlannedRun& run : request.plan.runs) result.json["runs"].push_back(label(run));
  return result;
}

}  // namespace

std::vector<fs::path> experiment_folders(const fs::path& root) {
  require(fs::is_directory(root), kWhere, root.string(),
          ": must be the folder of an experiment or a folder of them; got none.");
  std::vector<fs::path> folders;
  if (fs::exists(root / "experiment.toml")) folders.push_back(root);
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const bool experiment = entry.is_directory() && fs::exists(entry.path() / "experiment.toml");
    if (experiment) folders.push_back(entry.path());
  }
  require(!folders.empty(), kWhere, root.string(),
          ": must hold experiment.toml, or folders that do; got none.");
  std::sort(folders.begin(), folders.end());
  return folders;
}

ReproductionResult reproduce(const ReproductionRequest& request) {
  const std::vector<Expectation> expected = expectations_of(request.plan);
  fs::create_directories(request.out);
  const std::vector<VariantRuns> variants = train_and_analyze(request);
  ReproductionResult result = interrupted(request);
  if (variants.empty()) return result;
  Comparison comparison;
  comparison.name = folder_name(request.experiment);
  for (const VariantRuns& variant : variants) {
    for (Result& number : results_of(variant)) comparison.results.push_back(std::move(number));
    comparison.variants.push_back({.name = variant.name, .runs = variant.runs});
  }
  comparison.verdicts = compare(expected, comparison.results);
  write_results(request.out / "results.json", comparison.results);
  write_json(request.out / "verdicts.json", verdicts_json(comparison.verdicts), kWhere);
  write_reports(comparison, request.out / "report.html");
  result.finished = true;
  result.holds = all_hold(comparison.verdicts);
  result.table = verdict_table(comparison.verdicts);
  result.json["finished"] = true;
  result.json["holds"] = result.holds;
  result.json["verdicts"] = verdicts_json(comparison.verdicts);
  return result;
}

}  // namespace gril::cli

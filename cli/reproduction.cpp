#include "cli/reproduction.h"

#include <algorithm>

#include "cli/training_session.h"
#include "gril/analysis/analyze.h"
#include "gril/analysis/seed_statistics.h"
#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/base/json_file.h"
#include "gril/base/log.h"
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
  const std::string difference = config_difference(read_toml(run.config()), to_json(config));
  require(difference.empty(), kWhere, root.string(),
          ": holds a run of another configuration; got\n", difference,
          "Choose another --out, or --fresh to train again.");
  if (!fs::exists(run.training_state())) return Progressed::kNotAtAll;
  const int64_t step = load_training_state(run.training_state()).step;
  return step >= config.training.steps ? Progressed::kFully : Progressed::kPartly;
}

/// Only a run directory is ever removed, never a folder that merely has its name.
void remove_run(const fs::path& root) {
  if (!fs::exists(root)) return;
  RunDirectory::open(root);
  fs::remove_all(root);
}

TrainConfig seed_config(const ReproductionRequest& request, uint64_t seed) {
  const fs::path file = request.experiment / "experiment.toml";
  Json tree = read_toml(file);
  tree["seed"] = seed;
  return read_train_config(tree, file.string());
}

/// Trains one seed as far as it is not trained yet; false when interrupted.
bool train_seed(const ReproductionRequest& request, uint64_t seed, const fs::path& root) {
  TrainingSession session;
  session.config = seed_config(request, seed);
  session.root = root;
  session.arguments = request.arguments;
  if (request.fresh) remove_run(root);
  const Progressed state = progressed(root, session.config);
  if (state == Progressed::kFully) {
    log_info("seed ", seed, ": already trained in ", root.string());
    return true;
  }
  if (state == Progressed::kNotAtAll) remove_run(root);
  log_info("seed ", seed, ": training in ", root.string());
  session.resume = state == Progressed::kPartly;
  return run_training(session).finished;
}

/// The summary of one trained seed.
Json analyze_seed(const RunDirectory& run, uint64_t seed) {
  log_info("seed ", seed, ": analyzing");
  return analyze_run(run, analysis_options_of(run), {}).summary;
}

/// The pages are the last step, so that a missing gnuplot loses no number.
void write_reports(const Comparison& comparison, const fs::path& page) {
  try {
    for (const RunDirectory& run : comparison.runs) write_run_report(run);
    write_comparison_report(comparison, page);
  } catch (const InvalidArgument& error) {
    log_warning("no report: ", error.what());
  }
}

ReproductionResult interrupted(const ReproductionRequest& request) {
  ReproductionResult result;
  result.json = {{"experiment", request.experiment.string()},
                 {"out", request.out.string()},
                 {"seeds", request.seeds},
                 {"finished", false},
                 {"holds", false},
                 {"verdicts", Json::array()}};
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
  const std::vector<Expectation> expected = read_expected(request.experiment / "expected.json");
  Comparison comparison;
  comparison.name = folder_name(request.experiment);
  std::vector<Json> summaries;
  for (const uint64_t seed : request.seeds) {
    const fs::path root = request.out / ("seed-" + std::to_string(seed));
    fs::create_directories(request.out);
    if (!train_seed(request, seed, root)) return interrupted(request);
    comparison.runs.push_back(RunDirectory::open(root));
    summaries.push_back(analyze_seed(comparison.runs.back(), seed));
  }
  comparison.results =
      seed_statistics(summaries, concatenate("gril reproduce, ", request.seeds.size(), " seeds"));
  comparison.verdicts = compare(expected, comparison.results);
  write_results(request.out / "results.json", comparison.results);
  write_json(request.out / "verdicts.json", verdicts_json(comparison.verdicts), kWhere);
  write_reports(comparison, request.out / "report.html");
  ReproductionResult result = interrupted(request);
  result.finished = true;
  result.holds = all_hold(comparison.verdicts);
  result.table = verdict_table(comparison.verdicts);
  result.json["finished"] = true;
  result.json["holds"] = result.holds;
  result.json["verdicts"] = verdicts_json(comparison.verdicts);
  return result;
}

}  // namespace gril::cli

#include "cli/compare_command.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "cli/contenders.h"
#include "cli/integer_option.h"
#include "gril/base/progress.h"
#include "gril/base/text_table.h"
#include "gril/report/ranking_report.h"

namespace gril::cli {
namespace {

namespace fs = std::filesystem;

struct CompareOptions {
  std::vector<fs::path> sources;
  RankingOptions ranking;
  fs::path out;
  bool json = false;
};

void print(const Json& ranking) {
  const HtmlTable table = ranking_table(ranking);
  std::vector<std::vector<std::string>> rows = {table.columns};
  rows.insert(rows.end(), table.rows.begin(), table.rows.end());
  std::cout << text_table(rows) << "\nLoss: " << ranking["loss_convention"].get<std::string>()
            << ", on " << ranking["prompts"] << " prompts of seed " << ranking["options"]["seed"]
            << ".\nRatio: over the loss of " << ranking["reference"].get<std::string>()
            << ", tuned, on the same prompts.\nIntervals: "
            << ranking["interval"].get<std::string>() << ".\n";
}

int compare(const CompareOptions& options) {
  const std::vector<Contender> contenders = open_contenders(options.sources);
  std::optional<Progress> progress;
  const Json ranking = to_json(
      rank(contenders, options.ranking, [&](const std::string& name, int64_t done, int64_t count) {
        if (!progress) progress.emplace("compare", "networks and methods", count);
        progress->update(done, name);
      }));
  if (progress) progress->finish();
  if (!options.out.empty()) write_ranking_report(ranking, options.out);
  if (options.json) {
    std::cout << ranking.dump(2) << '\n';
  } else {
    print(ranking);
  }
  return kDone;
}

constexpr const char* kDescription =
    "Puts networks and classical methods in one table: every run, every variant and seed of an "
    "experiment, and model files, beside tuned gradient descent of 1 to 5 steps with one rate and "
    "with a rate per step, least squares, ridge or logistic regression and nearest neighbours, all "
    "measured on the same prompts in float64 and sorted by their loss. Seeds of one name stand in "
    "one row, for which the seed in the middle speaks. Runs must share one in-context task.";

}  // namespace

void add_compare_command(Program& program) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* command = program.app.add_subcommand("compare", kDescription);
  command
      ->add_option("sources", options->sources,
                   "run directories, folders with runs (NAME/seed-1, NAME/seed-2 …), model files")
      ->required();
  add_integer(*command, "--tasks", options->ranking.tasks, "prompts to measure on", 1)
      ->capture_default_str();
  add_integer(*command, "--tuning-tasks", options->ranking.tuning_tasks,
              "other prompts, to tune the classical methods on", 1)
      ->capture_default_str();
  add_integer(*command, "--seed", options->ranking.seed, "of the prompts and the bootstrap", 0)
      ->capture_default_str();
  command->add_option("--out", options->out,
                      "also a self-contained HTML page with a figure; needs gnuplot");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Examples:\n"
      "  gril compare runs/one_step_regression\n"
      "  gril construct gradient-descent --inputs 10 --outputs 10 --examples 10 -o gd.safetensors\n"
      "  gril compare runs/reproduce/one_step_regression gd.safetensors --out comparison.html");
  command->callback([&program, options] { program.run = [options] { return compare(*options); }; });
}

}  // namespace gril::cli

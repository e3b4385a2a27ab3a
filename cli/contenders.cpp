#include "cli/contenders.h"

#include <algorithm>
#include <map>
#include <regex>

#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/models/checkpoint.h"
#include "gril/runs/run_directory.h"
#include "gril/tasks/task_registry.h"
#include "gril/training/train_config.h"
#include "gril/training/training_state.h"

namespace gril::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kWhere = "compare";

/// A run or a model file, and the name it competes under.
struct Entry {
  std::string name;
  fs::path path;
};

bool is_run(const fs::path& path) { return fs::is_regular_file(path / "config.toml"); }

/// NAME of NAME/seed-1, and of any other path itself.
fs::path without_seed(const fs::path& path) {
  static const std::regex seed("seed-[0-9]+");
  return std::regex_match(path.filename().string(), seed) ? path.parent_path() : path;
}

std::string last_name(const fs::path& path) {
  return fs::weakly_canonical(path).filename().string();
}

/// The runs below a folder, named after their place in it.
std::vector<Entry> runs_below(const fs::path& folder) {
  std::vector<Entry> entries;
  for (auto place = fs::recursive_directory_iterator(folder);
       place != fs::recursive_directory_iterator(); ++place) {
    if (!place->is_directory() || !is_run(place->path())) continue;
    place.disable_recursion_pending();
    const fs::path name = without_seed(fs::relative(place->path(), folder));
    entries.push_back({name.empty() ? last_name(folder) : name.string(), place->path()});
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.path < b.path; });
  return entries;
}

std::vector<Entry> entries_of(const fs::path& source) {
  if (fs::is_regular_file(source)) return {{source.stem().string(), source}};
  if (is_run(source)) return {{last_name(without_seed(fs::weakly_canonical(source))), source}};
  std::vector<Entry> entries;
  if (fs::is_directory(source)) entries = runs_below(source);
  require(
      !entries.empty(), kWhere, source.string(),
      ": must be a run, a folder with runs or a model file; got none of these. Check the path.");
  return entries;
}

/// The configuration of a run, without what may differ between its seeds.
Json seedless_config(const RunDirectory& run) {
  Json config = completed_config(read_toml(run.config()), run.config().string());
  config.erase("seed");
  return config;
}

/// Sequences of all steps that a run made, to its last one or until it stopped early; 0 where no
/// training state says how many.
int64_t training_sequences(const RunDirectory& run) {
  if (!fs::exists(run.training_state())) return 0;
  const TrainingOptions training =
      read_training_options(read_toml(run.config()), run.config().string());
  const TrainingState state = load_training_state(run.training_state());
  require(is_finished(training, state), kWhere, run.root().string(),
          ": must be trained to its end; got ", state.step, " of ", training.steps,
          " steps. Continue it with gril train --resume, or leave it out.");
  return state.step * training.accumulate * training.batch_size;
}

/// A contender with what must agree with the others before it takes part.
struct Opened {
  Contender contender;
  Json task;    ///< null for a model file without one
  Json config;  ///< of runs, without the seed
};

std::shared_ptr<SequenceModel> in_float64(const ModelFile& file) {
  file.model->to(torch::kFloat64);
  return file.model;
}

void add_run(Opened& opened, const Entry& entry) {
  const RunDirectory run = RunDirectory::open(entry.path);
  const int64_t sequences = training_sequences(run);
  const Json config = seedless_config(run);
  if (!opened.contender.models.empty()) {
    const std::string difference = config_difference(opened.config, config);
    require(difference.empty(), kWhere, entry.path.string(), ": must differ from ",
            opened.contender.sources.front(), " in its seed alone, being called ", entry.name,
            " too; got", difference, "\nCompare them under other names.");
  }
  const ModelFile file = load_model(run.last_model());
  opened.config = config;
  opened.task = file.task;
  // Seeds that stop early do so at steps of their own.
  opened.contender.training_sequences = std::max(opened.contender.training_sequences, sequences);
  opened.contender.models.push_back(in_float64(file));
  opened.contender.sources.push_back(entry.path.string());
}

void add_model(Opened& opened, const Entry& entry) {
  require(opened.contender.models.empty(), kWhere, entry.path.string(),
          ": a model file must have a name of its own; got a second ", entry.name, ". Rename it.");
  const ModelFile file = load_model(entry.path);
  opened.task = file.task;
  opened.contender.kind = file.claim.is_null() ? "learned" : "constructed";
  opened.contender.models.push_back(in_float64(file));
  opened.contender.sources.push_back(entry.path.string());
}

/// Entries of one name become the seeds of one contender.
std::vector<Opened> opened(const std::vector<Entry>& entries) {
  std::vector<Opened> result;
  std::map<std::string, std::size_t> places;
  for (const Entry& entry : entries) {
    const auto [place, fresh] = places.emplace(entry.name, result.size());
    if (fresh) result.push_back({.contender = {.name = entry.name}, .task = {}, .config = {}});
    Opened& found = result[place->second];
    if (fs::is_directory(entry.path)) {
      add_run(found, entry);
    } else {
      add_model(found, entry);
    }
  }
  return result;
}

std::shared_ptr<const InContextTask> in_context_task(const Json& config, const std::string& name) {
  std::shared_ptr<const Task> task = make_task(ConfigSection(config, name, "task"));
  auto in_context = std::dynamic_pointer_cast<const InContextTask>(task);
  require(in_context != nullptr, kWhere, name,
          ": its task must show examples and ask a query; got ", config.at("kind"),
          ". For other tasks use gril evaluate.");
  return in_context;
}

Json without_layout(const InContextTask& task) {
  Json config = task.config();
  config.erase("layout");
  return config;
}

}  // namespace

std::vector<Contender> open_contenders(const std::vector<fs::path>& sources) {
  std::vector<Entry> entries;
  for (const fs::path& source : sources) {
    const std::vector<Entry> found = entries_of(source);
    entries.insert(entries.end(), found.begin(), found.end());
  }
  std::vector<Opened> all = opened(entries);
  const auto first = std::find_if(all.begin(), all.end(),
                                  [](const Opened& other) { return other.task.is_object(); });
  require(first != all.end(), kWhere, "one of the models must say its task; got none that does. ",
          "Add a run.");
  const auto task = in_context_task(first->task, first->contender.name);
  std::vector<Contender> contenders;
  for (Opened& other : all) {
    const std::string& name = other.contender.name;
    const bool same = !other.task.is_object() || other.task == first->task;
    other.contender.task = same ? task : in_context_task(other.task, name);
    const std::string difference =
        config_difference(without_layout(*task), without_layout(*other.contender.task));
    require(difference.empty(), kWhere, name, ": must have the task of ", first->contender.name,
            "; got", difference, "\nCompare runs of one task.");
    contenders.push_back(other.contender);
  }
  return contenders;
}

}  // namespace gril::cli

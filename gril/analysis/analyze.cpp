#include "gril/analysis/analyze.h"

#include <torch/cuda.h>

#include <memory>
#include <optional>

#include "gril/analysis/black_box_analysis.h"
#include "gril/analysis/decompiler/decompile.h"
#include "gril/analysis/descent_analysis.h"
#include "gril/analysis/held_out_analysis.h"
#include "gril/analysis/kernel_obstacle.h"
#include "gril/analysis/learning_curve.h"
#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/base/json_file.h"
#include "gril/tasks/task_registry.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "analyze";

/// What only a gated linear RNN can be asked.
void check_request(const std::string& name, const AnalysisRequest& request,
                   const std::string& obstacle) {
  require(!request.teacher && !request.sequence.defined(), kWhere, name,
          ": a teacher and a sequence are for models of one gated_linear_rnn layer; got another: ",
          obstacle, ". Leave them out.");
}

/// The task of a model, made once for all that is asked of it; none where the file names none.
std::shared_ptr<const Task> task_of(const ModelFile& file, const std::string& name) {
  if (!file.task.is_object()) return nullptr;
  return make_task(ConfigSection(file.task, name, "task"));
}

/// best_path  of the best model of a run, which may not be there
/// device     where models of a fixed data set are evaluated
Analysis analyze(const ModelFile& file, const std::filesystem::path& best_path,
                 const torch::Device& device, const std::string& name,
                 const AnalysisRequest& request, const AnalysisProgress& progress) {
  const std::shared_ptr<const Task> task = task_of(file, name);
  if (task && !task->splits().empty()) {
    check_request(name, request, "its task has a fixed data set");
    std::optional<ModelFile> best;
    if (std::filesystem::exists(best_path)) best = load_model(best_path);
    file.model->to(device);
    if (best) best->model->to(device);
    return analyze_held_out({file, best, *task}, name, request.options, progress);
  }
  file.model->to(torch::kFloat64);
  const auto obstacle = kernel_obstacle(*file.model);
  if (!obstacle) return decompile(file, name, request, progress);
  check_request(name, request, *obstacle);
  require(task != nullptr, kWhere, name,
          ": a model of other layers than one gated_linear_rnn must name the task it is measured "
          "on; got none. Train it with gril; for what a construction claims run gril certify.");
  if (file.task.value("kind", "") == "linear_regression") {
    return analyze_descent(file, name, request.options, progress);
  }
  return analyze_black_box(file, *task, name, request.options, progress);
}

}  // namespace

Analysis analyze_model(const ModelFile& file, const std::string& name,
                       const AnalysisRequest& request, const AnalysisProgress& progress) {
  return analyze(file, {}, torch::kCPU, name, request, progress);
}

AnalysisOptions analysis_options_of(const RunDirectory& run) {
  const Json config = read_toml(run.config());
  AnalysisOptions defaults;
  if (config.contains("evaluation")) {
    defaults.seed = config["evaluation"].value("seed", defaults.seed);
  }
  ConfigSection section(config.value("analysis", Json::object()), run.config().string(),
                        "analysis");
  return read_analysis_options(section, defaults);
}

namespace {

/// That of the run, or the CPU where it was trained on a GPU that is not there.
torch::Device device_of(const RunDirectory& run) {
  const std::string device = read_toml(run.config()).value("device", "cpu");
  return device == "cpu" || !torch::cuda::is_available() ? torch::kCPU : torch::Device(device);
}

}  // namespace

Analysis analyze_run(const RunDirectory& run, const AnalysisRequest& request,
                     const AnalysisProgress& progress) {
  Analysis analysis = analyze(load_model(run.last_model()), run.best_model(), device_of(run),
                              run.root().string(), request, progress);
  analysis.files.emplace_back("learning_curve", learning_curve(run.metrics()));
  write_analysis(analysis, run.analysis());
  return analysis;
}

void write_analysis(const Analysis& analysis, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const auto& [name, content] : analysis.files) {
    write_json(folder / (name + ".json"), content, kWhere);
  }
  for (const auto& [name, model] : analysis.models) {
    save_model(folder / (name + ".safetensors"), model);
  }
  // Last, so that a summary always belongs to complete results.
  write_json(folder / "summary.json", analysis.summary, kWhere);
}

}  // namespace gril

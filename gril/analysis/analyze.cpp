#include "gril/analysis/analyze.h"

#include "gril/analysis/black_box_analysis.h"
#include "gril/analysis/decompiler/decompile.h"
#include "gril/analysis/descent_analysis.h"
#include "gril/analysis/held_out_analysis.h"
#include "gril/analysis/kernel_obstacle.h"
#include "gril/analysis/learning_curve.h"
#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/base/json_file.h"

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

}  // namespace

Analysis analyze_model(const ModelFile& file, const std::string& name,
                       const AnalysisRequest& request, const AnalysisProgress& progress) {
  const bool held_out = file.task.is_object() && has_held_out_data(file, name);
  if (held_out) {
    check_request(name, request, "its task has a fixed data set");
    return analyze_held_out(file, name, request.options, progress);
  }
  file.model->to(torch::kFloat64);
  const auto obstacle = kernel_obstacle(*file.model);
  if (!obstacle) return decompile(file, name, request, progress);
  check_request(name, request, *obstacle);
  require(file.task.is_object(), kWhere, name,
          ": a model of other layers than one gated_linear_rnn must name the task it is measured "
          "on; got none. Train it with gril; for what a construction claims run gril certify.");
  if (file.task.value("kind", "") == "linear_regression") {
    return analyze_descent(file, name, request.options, progress);
  }
  return analyze_black_box(file, name, request.options, progress);
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

Analysis analyze_run(const RunDirectory& run, const AnalysisRequest& request,
                     const AnalysisProgress& progress) {
  Analysis analysis =
      analyze_model(load_model(run.last_model()), run.root().string(), request, progress);
  if (analysis.summary["kind"] == "held_out" && std::filesystem::exists(run.best_model())) {
    add_best_model(analysis, load_model(run.best_model()), run.root().string(), request.options);
  }
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

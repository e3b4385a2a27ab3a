#include "gril/report/analysis_files.h"

#include "gril/base/check.h"
#include "gril/base/json_file.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kWhere = "report";
constexpr int kFormat = 1;

Json required(const fs::path& folder, const char* name) {
  require(fs::exists(folder / name), kWhere, folder.string(), ": must hold ", name,
          "; got none. Run gril analyze on the run first.");
  return read_json(folder / name, kWhere);
}

void add_rows(std::vector<std::vector<std::string>>& rows, const Json& tree,
              const std::string& prefix) {
  const bool list_of_objects = tree.is_array() && !tree.empty() && tree.front().is_object();
  if (!tree.is_object() && !list_of_objects) {
    rows.push_back({prefix, plain_text(tree)});
    return;
  }
  for (const auto& [key, value] : tree.items()) {
    add_rows(rows, value, prefix.empty() ? key : concatenate(prefix, '.', key));
  }
}

}  // namespace

AnalysisFiles read_analysis(const fs::path& folder) {
  AnalysisFiles files;
  files.summary = required(folder, "summary.json");
  const int64_t format = files.summary.value("format", int64_t{0});
  require_file(format == kFormat, kWhere, (folder / "summary.json").string(), ": format must be ",
               kFormat, "; got ", format, ". Run gril analyze again.");
  files.gradient_descent = required(folder, "gradient_descent.json");
  files.predictions = required(folder, "predictions.json");
  files.weights = required(folder, "weights.json");
  files.eigenvalues = required(folder, "eigenvalues.json");
  files.context_length = required(folder, "context_length.json");
  files.out_of_distribution = required(folder, "out_of_distribution.json");
  if (fs::exists(folder / "learning_curve.json")) {
    files.learning_curve = read_json(folder / "learning_curve.json", kWhere);
  }
  return files;
}

Json find_metric(const Json& summary, const std::string& name) {
  for (const Json& metric : summary["metrics"]) {
    if (metric["name"] == name) return metric;
  }
  return {};
}

std::string loss_label(const AnalysisFiles& files) {
  const auto convention = files.summary["loss_convention"].get<std::string>();
  return "loss (" + convention.substr(0, convention.find(',')) + ")";
}

std::vector<std::vector<std::string>> flattened_rows(const Json& tree) {
  std::vector<std::vector<std::string>> rows;
  add_rows(rows, tree, "");
  return rows;
}

}  // namespace gril

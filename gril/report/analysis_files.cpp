#include "gril/report/analysis_files.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kWhere = "report";
constexpr int kFormat = 1;
constexpr const char* kAdvice = "Run gril analyze again.";

/// The files that a kind of analysis always writes.
struct KindFiles {
  std::string name;  ///< in summary.json
  AnalysisKind kind;
  std::vector<const char*> required;
};

const std::vector<KindFiles> kKinds = {
    {"gradient_descent",
     AnalysisKind::kGradientDescent,
     {"gradient_descent", "predictions", "weights", "eigenvalues", "context_length",
      "out_of_distribution"}},
    {"decompiler",
     AnalysisKind::kDecompiler,
     {"neurons", "pruning", "kernels", "attention", "descent", "canonical", "attention_map",
      "rebuilt", "scaling"}},
    {"black_box", AnalysisKind::kBlackBox, {"scaling", "kernels"}},
    {"held_out", AnalysisKind::kHeldOut, {}}};

const KindFiles& kind_of(const std::string& name, const std::string& summary) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&](const KindFiles& kind) { return kind.name == name; });
  require_file(found != kKinds.end(), kWhere, summary,
               ": kind must be gradient_descent, decompiler, black_box or held_out; got ", name,
               ". Use the gril that made the analysis.");
  return *found;
}

JsonValue required(const fs::path& folder, const char* name) {
  const fs::path path = folder / concatenate(name, ".json");
  require(fs::exists(path), kWhere, folder.string(), ": must hold ", name,
          ".json; got none. Run gril analyze on the run first.");
  return read_json_value(path, kWhere, kAdvice);
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
  files.summary = required(folder, "summary");
  const std::string summary = (folder / "summary.json").string();
  const JsonValue format = files.summary["format"];
  format.check(format.json() == kFormat, concatenate("must be ", kFormat));
  const KindFiles& kind = kind_of(files.summary.text_or("kind", kKinds.front().name), summary);
  files.kind = kind.kind;
  for (const char* name : kind.required) files.parts[name] = required(folder, name);
  for (const char* name : {"learning_curve", "algorithms", "classification", "step_sizes",
                           "several_steps", "paths", "ablations", "interpolation"}) {
    const fs::path path = folder / concatenate(name, ".json");
    if (fs::exists(path)) files.parts[name] = read_json_value(path, kWhere, kAdvice);
  }
  return files;
}

bool applies(const JsonValue& part) { return part.flag_or("applies", true); }

bool has_learning_curve(const AnalysisFiles& files) {
  return files.has("learning_curve") &&
         !files.part("learning_curve")["evaluation"]["steps"].empty();
}

std::optional<JsonValue> find_metric(const JsonValue& summary, const std::string& name) {
  for (const JsonValue& metric : summary["metrics"].elements()) {
    if (metric["name"].text() == name) return metric;
  }
  return std::nullopt;
}

std::string loss_label(const AnalysisFiles& files) {
  const std::string convention = files.summary.text_or("loss_convention", "");
  if (convention.empty()) return "loss";
  const std::size_t end = std::min(convention.find(','), convention.find(" over "));
  return "loss (" + convention.substr(0, end) + ")";
}

std::vector<std::vector<std::string>> flattened_rows(const Json& tree) {
  std::vector<std::vector<std::string>> rows;
  add_rows(rows, tree, "");
  return rows;
}

}  // namespace gril

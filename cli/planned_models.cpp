#include "cli/planned_models.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "gril/models/model_size.h"
#include "gril/models/sequence_model.h"
#include "gril/training/train_config.h"

namespace gril::cli {

Json planned_models(const ExperimentPlan& plan) {
  Json models = Json::array();
  for (const PlannedRun& run : plan.runs) {
    const auto model = planned_model(run.config, run.folder.string());
    models.push_back({{"run", run.folder.string()},
                      {"parameters", model_size(*model).parameters},
                      {"operations_per_token", model->operations_per_token()}});
  }
  return models;
}

std::string planned_models_text(const Json& models) {
  std::size_t widest = std::string("run").size();
  for (const Json& model : models) {
    widest = std::max(widest, model["run"].get_ref<const std::string&>().size());
  }
  const int column = static_cast<int>(widest) + 2;
  std::ostringstream text;
  text << std::left << std::setw(column) << "run" << std::right << std::setw(12) << "parameters"
       << "  operations per token\n";
  for (const Json& model : models) {
    text << std::left << std::setw(column) << model["run"].get_ref<const std::string&>()
         << std::right << std::setw(12) << model["parameters"].get<int64_t>() << std::setw(22)
         << model["operations_per_token"].get<double>() << '\n';
  }
  return text.str();
}

}  // namespace gril::cli

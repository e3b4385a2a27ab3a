#include "gril/analysis/learning_curve.h"

#include <string>

#include "gril/runs/metrics_log.h"

namespace gril {

Json learning_curve(const std::filesystem::path& metrics) {
  Json training = {{"steps", Json::array()}, {"losses", Json::array()}};
  Json evaluation = training;
  std::string unit;
  double seconds = 0.0;
  int64_t last_step = 0;
  for (const Json& line : read_metrics(metrics)) {
    const auto add = [&](Json& curve, const char* key) {
      curve["steps"].push_back(line["step"]);
      curve["losses"].push_back(line[key]);
    };
    if (line.contains("unit") && line["unit"].is_string()) unit = line["unit"];
    if (line.contains("loss")) add(training, "loss");
    if (line.contains("evaluation_loss")) add(evaluation, "evaluation_loss");
    if (!line.contains("steps_per_second") || !line["steps_per_second"].is_number()) continue;
    const auto rate = line["steps_per_second"].get<double>();
    if (rate <= 0.0) continue;
    const auto step = line["step"].get<int64_t>();
    seconds += static_cast<double>(step - last_step) / rate;
    last_step = step;
  }
  return {{"training", training},
          {"evaluation", evaluation},
          {"unit", unit},
          {"training_seconds", seconds}};
}

}  // namespace gril

#include "cli/bench/eager_deep_training.h"

#include "cli/bench/python_process.h"
#include "cli/bench/scratch_folder.h"
#include "gril/base/check.h"
#include "gril/base/json_file.h"

namespace gril::bench {

bool is_language_model(const TrainConfig& config) {
  return config.task->config()["kind"] == "language_modelling";
}

int64_t tokens_per_step(const TrainConfig& config) {
  return config.training.batch_size * config.task->config()["length"].get<int64_t>();
}

double eager_deep_rate(const TrainConfig& config, const EagerDeepTraining& eager) {
  const ScratchFolder folder;
  const std::filesystem::path model = folder.path() / "model.json";
  write_json(model, config.model, "bench");
  const PythonResult result = run_python(
      eager.python,
      {eager.script.string(), "--model", model.string(), "--steps", std::to_string(eager.steps),
       "--batch-size", std::to_string(config.training.batch_size), "--length",
       config.task->config()["length"].dump(), "--mixer", eager.mixer, "--chunk",
       std::to_string(eager.chunk), "--threads", std::to_string(eager.threads)});
  const Json report = Json::parse(result.output, nullptr, false);
  require(result.exit_code == 0 && report.is_object() && report.contains("steps_per_second"),
          "bench", "--script must name benchmarks/eager_deep_network.py; got ",
          eager.script.string(), ", which ended with exit code ", result.exit_code,
          ". Its message is above.");
  return report["steps_per_second"].get<double>();
}

}  // namespace gril::bench

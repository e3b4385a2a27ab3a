#include "cli/bench/eager_training.h"

#include "gril/base/check.h"

namespace gril::bench {
namespace {

/// The keys of `wanted` that `got` has otherwise, as "key = value" separated by commas.
std::string differences(const Json& wanted, const Json& got) {
  std::string text;
  for (const auto& [key, value] : wanted.items()) {
    if (got.contains(key) && got[key] == value) continue;
    text += (text.empty() ? "" : ", ") + key + " = " +
            (got.contains(key) ? got[key].dump() : std::string("none"));
  }
  return text;
}

}  // namespace

void check_eager_model(const TrainConfig& config) {
  const Json& layers = config.model["layers"];
  const Json options = config.task->config();
  Json wanted = {{"kind", "gril"},
                 {"input_size", options["inputs"]},
                 {"output_size", options["inputs"]},
                 {"window", 3},
                 {"stride", 2},
                 {"projections", "identity"},
                 {"decay", "elementwise"}};
  std::string found =
      layers.size() == 1 ? differences(wanted, layers[0]) : concatenate(layers.size(), " layers");
  const std::string task =
      differences({{"layout", "interleaved"}, {"outputs", options["inputs"]}}, options);
  if (found.empty()) found = task;
  require(found.empty(), "bench",
          "--python compares one GRIL layer on interleaved tokens, with window 3, stride 2, "
          "projections identity and elementwise decay; got ",
          found, ". Leave --python out to measure gril alone.");
}

double eager_rate(const TrainConfig& config, const EagerTraining& eager) {
  const Json options = config.task->config();
  const PythonResult result = run_python(
      eager.python, {eager.script.string(), "--steps", std::to_string(eager.steps), "--batch-size",
                     std::to_string(config.training.batch_size), "--examples",
                     options["examples"].dump(), "--width", options["inputs"].dump(), "--readout",
                     eager.readout, "--threads", std::to_string(eager.threads), "--repeats", "1"});
  const Json report = Json::parse(result.output, nullptr, false);
  require(result.exit_code == 0 && report.is_object() && report.contains("steps_per_second"),
          "bench", "--script must name benchmarks/eager_pytorch_training.py; got ",
          eager.script.string(), ", which ended with exit code ", result.exit_code,
          ". Its message is above.");
  return report["steps_per_second"].get<double>();
}

}  // namespace gril::bench

#include "cli/construct/construction_output.h"

#include <filesystem>
#include <iostream>

#include "cli/integer_option.h"
#include "gril/base/check.h"
#include "gril/constructions/certificate.h"
#include "gril/models/model_size.h"

namespace gril::cli {

void add_output_options(CLI::App& command, OutputOptions& options) {
  command.add_option("-o,--output", options.path, "The model file to write (safetensors)")
      ->required();
  command.add_option("--dtype", options.dtype, "Precision of the weights")
      ->check(CLI::IsMember({"float32", "float64"}))
      ->capture_default_str();
  add_integer(command, "--seed", options.seed, "Seed of random weights and of the certificate", 0)
      ->capture_default_str();
  command.add_flag("--force", options.force, "Replace an existing file");
  command.add_flag("--json", options.json, "Print one JSON object");
}

void check_output(const OutputOptions& options) {
  require(options.force || !std::filesystem::exists(options.path), "construct", options.path,
          " exists already. Choose another name or add --force.");
}

int finish(const ModelFile& file, const OutputOptions& options, const SizeDescription& size) {
  save_model(options.path, file);
  const ModelFile saved = load_model(options.path);
  CertificateOptions trials;
  trials.seed = options.seed;
  const Certificate certificate = certify(saved, trials, options.path);
  const ModelSize model = model_size(*saved.model);
  if (options.json) {
    Json result = {{"model", options.path},
                   {"parameters", model.parameters},
                   {"state_elements", model.state_elements}};
    if (!size.json.is_null()) result.update(size.json);
    result["certificate"] = to_json(certificate);
    std::cout << result.dump(2) << '\n';
  } else {
    std::cout << to_text(certificate) << "  " << options.path << ": " << model.parameters
              << " parameters, " << model.state_elements << " state elements\n";
    if (!size.text.empty()) std::cout << "  " << size.text << '\n';
  }
  return certificate.holds ? kDone : kCheckFailed;
}

}  // namespace gril::cli

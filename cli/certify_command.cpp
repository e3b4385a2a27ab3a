#include "cli/certify_command.h"

#include <iostream>
#include <memory>
#include <string>

#include "cli/integer_option.h"
#include "gril/constructions/certificate.h"
#include "gril/models/checkpoint.h"

namespace gril::cli {
namespace {

struct CertifyOptions {
  std::string model;
  CertificateOptions certificate;
  bool json = false;
};

int certify_model(const CertifyOptions& options) {
  const ModelFile file = load_model(options.model);
  const Certificate certificate = certify(file, options.certificate, options.model);
  if (options.json) {
    std::cout << to_json(certificate).dump(2) << '\n';
  } else {
    std::cout << to_text(certificate);
  }
  return certificate.holds ? kDone : kCheckFailed;
}

}  // namespace

void add_certify_command(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "certify",
      "Compares a model with the algorithm it claims to compute, on fresh random tasks of five "
      "scales (normal, uniform, one large coordinate, tiny, equal examples), at every position. "
      "The weights are converted to float64; the algorithm is written as plain loops in long "
      "double. The claim holds when the largest error, relative to the largest answer of its task, "
      "is within the claim's tolerance and every error lies under the bound that rounding allows. "
      "A "
      "claim in a limit holds when the error falls with the claimed order, within 1/4, from ten "
      "times the parameter of the model to its own. "
      "Exit code 1 when it does not.");
  auto options = std::make_shared<CertifyOptions>();
  command->add_option("model", options->model, "A model file with a claim (gril construct)")
      ->required();
  add_integer(*command, "--trials", options->certificate.trials, "Random tasks", 1)
      ->capture_default_str();
  add_integer(*command, "--length", options->certificate.length,
              "Context examples (gradient descent), tokens (linear attention) or pairs "
              "(associative recall) of a task; "
              "0 takes the length of the claim",
              0)
      ->capture_default_str();
  add_integer(*command, "--seed", options->certificate.seed, "Seed of the tasks", 0)
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  gril certify gd.safetensors --trials 100 --length 257 --json");
  command->callback(
      [&program, options] { program.run = [options] { return certify_model(*options); }; });
}

}  // namespace gril::cli

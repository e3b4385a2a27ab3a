#include "cli/construct_command.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "gril/base/check.h"
#include "gril/base/token_layout.h"
#include "gril/constructions/certificate.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/constructions/linear_attention_as_gated_rnn.h"
#include "gril/constructions/optimal_learning_rate.h"
#include "gril/models/checkpoint.h"
#include "gril/models/model_size.h"

namespace gril::cli {
namespace {

/// What every construction needs.
struct OutputOptions {
  std::string path;
  std::string dtype = "float64";
  uint64_t seed = 0;
  bool force = false;
  bool json = false;
};

struct GradientDescentCommand {
  OutputOptions output;
  GradientDescentStep step;
  std::string layout = "windowed";
  std::string initial_weights = "zero";
  double input_range = 1.0;
};

struct LinearAttentionCommand {
  OutputOptions output;
  int64_t width = 4;
};

torch::Dtype dtype_of(const OutputOptions& options) {
  return options.dtype == "float32" ? at::kFloat : at::kDouble;
}

void check_output(const OutputOptions& options) {
  require(options.force || !std::filesystem::exists(options.path), "construct", options.path,
          " exists already. Choose another name or add --force.");
}

/// Saves, reads back what was saved, certifies it and prints the certificate.
int finish(const ModelFile& file, const OutputOptions& options) {
  save_model(options.path, file);
  const ModelFile saved = load_model(options.path);
  CertificateOptions trials;
  trials.seed = options.seed;
  const Certificate certificate = certify(saved, trials, options.path);
  const ModelSize size = model_size(*saved.model);
  if (options.json) {
    Json result = {{"model", options.path},
                   {"parameters", size.parameters},
                   {"state_elements", size.state_elements},
                   {"certificate", to_json(certificate)}};
    std::cout << result.dump(2) << '\n';
  } else {
    std::cout << to_text(certificate) << "  " << options.path << ": " << size.parameters
              << " parameters, " << size.state_elements << " state elements\n";
  }
  return certificate.holds ? kDone : kCheckFailed;
}

int construct_gradient_descent(GradientDescentCommand options, bool tuned) {
  check_output(options.output);
  GradientDescentStep& step = options.step;
  step.layout = token_layout_from_name(options.layout);
  if (tuned) {
    step.learning_rate = optimal_learning_rate({.inputs = step.inputs,
                                                .examples = step.examples,
                                                .input_range = options.input_range,
                                                .decay = step.decay});
  }
  if (options.initial_weights == "random") {
    step.initial_weights = random_initial_weights(step.outputs, step.inputs, options.output.seed);
  }
  return finish(gradient_descent_as_gril(step, options.input_range, dtype_of(options.output)),
                options.output);
}

int construct_linear_attention(const LinearAttentionCommand& options) {
  check_output(options.output);
  const LinearAttentionWeights attention =
      random_linear_attention(options.width, options.output.seed);
  return finish(linear_attention_as_gated_rnn(attention, dtype_of(options.output)), options.output);
}

void add_output_options(CLI::App& command, OutputOptions& options) {
  command.add_option("-o,--output", options.path, "The model file to write (safetensors)")
      ->required();
  command.add_option("--dtype", options.dtype, "Precision of the weights")
      ->check(CLI::IsMember({"float32", "float64"}))
      ->capture_default_str();
  command.add_option("--seed", options.seed, "Seed of random weights and of the certificate")
      ->capture_default_str();
  command.add_flag("--force", options.force, "Replace an existing file");
  command.add_flag("--json", options.json, "Print one JSON object");
}

void add_gradient_descent(CLI::App& construct, Program& program) {
  CLI::App* command = construct.add_subcommand(
      "gradient-descent",
      "One step of gradient descent on the squared loss of the context, as a one-layer GRIL. After "
      "i of N examples the model's output is the prediction of that step on these i.");
  auto options = std::make_shared<GradientDescentCommand>();
  command->add_option("--inputs", options->step.inputs, "Width d of an input")
      ->capture_default_str();
  command->add_option("--outputs", options->step.outputs, "Width m of a target")
      ->capture_default_str();
  command->add_option("--examples", options->step.examples, "Context examples N")
      ->capture_default_str();
  command->add_option("--layout", options->layout, "How examples become tokens")
      ->check(CLI::IsMember(token_layout_names()))
      ->capture_default_str();
  CLI::Option* rate = command->add_option(
      "--learning-rate", options->step.learning_rate,
      "Step size; by default the best one for inputs uniform over the input range");
  command->add_option("--decay", options->step.decay, "Example i weighs decay^(N-i); in (0, 1]")
      ->capture_default_str();
  command
      ->add_option("--initial-weights", options->initial_weights,
                   "Where the step starts: zero, or standard normal numbers from the seed")
      ->check(CLI::IsMember({"zero", "random"}))
      ->capture_default_str();
  command
      ->add_option("--input-range", options->input_range,
                   "Inputs lie in (-range/2, range/2): for the default learning rate")
      ->capture_default_str();
  add_output_options(*command, options->output);
  command->footer(
      "Example:\n  gril construct gradient-descent --inputs 10 --examples 10 -o gd.safetensors");
  command->callback([&program, options, rate] {
    const bool tuned = rate->empty();
    program.run = [options, tuned] { return construct_gradient_descent(*options, tuned); };
  });
}

void add_linear_attention(CLI::App& construct, Program& program) {
  CLI::App* command = construct.add_subcommand(
      "linear-attention",
      "One head of causal linear self-attention with random weights, as a gated linear RNN of "
      "width^2 + width neurons.");
  auto options = std::make_shared<LinearAttentionCommand>();
  command->add_option("--width", options->width, "Features d of a token")->capture_default_str();
  add_output_options(*command, options->output);
  command->footer("Example:\n  gril construct linear-attention --width 4 -o attention.safetensors");
  command->callback([&program, options] {
    program.run = [options] { return construct_linear_attention(*options); };
  });
}

}  // namespace

void add_construct_command(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "construct",
      "Writes a model with exact weights, an ordinary model that trains, analyzes and streams, and "
      "prints its certificate: how far it is from the algorithm it claims.");
  command->require_subcommand(1);
  command->footer("Example:\n  gril construct gradient-descent -o gd.safetensors");
  add_gradient_descent(*command, program);
  add_linear_attention(*command, program);
}

}  // namespace gril::cli

#include "cli/construct/construct_gradient_descent.h"

#include <memory>
#include <string>

#include "cli/construct/construction_output.h"
#include "gril/base/token_layout.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/constructions/optimal_learning_rate.h"

namespace gril::cli {
namespace {

struct GradientDescentCommand {
  OutputOptions output;
  GradientDescentStep step;
  std::string layout = "windowed";
  std::string initial_weights = "zero";
  double input_range = 1.0;
};

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
  return finish(gradient_descent_as_gril(step, options.input_range, options.output.torch_dtype()),
                options.output);
}

}  // namespace

void add_construct_gradient_descent(CLI::App& construct, Program& program) {
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

}  // namespace gril::cli

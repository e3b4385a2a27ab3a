#include "cli/construct/construct_gradient_descent.h"

#include <memory>
#include <string>
#include <vector>

#include "cli/construct/construction_output.h"
#include "gril/base/check.h"
#include "gril/base/token_layout.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/constructions/optimal_learning_rate.h"

namespace gril::cli {
namespace {

struct GradientDescentCommand {
  OutputOptions output;
  GradientDescentClaim claim;
  int64_t steps = 1;
  double learning_rate = 1.0;
  std::vector<double> learning_rates = {};
  std::string layout = "windowed";
  std::string loss = "squared";
  std::string initial_weights = "zero";
  double input_range = 1.0;
};

/// Which options the caller gave; the others follow from the rest.
struct GivenOptions {
  bool steps = false;
  bool learning_rate = false;
};

std::vector<double> rate_of_every_step(const GradientDescentCommand& options, GivenOptions given) {
  constexpr int64_t kMostSteps = 1000;
  if (!options.learning_rates.empty()) {
    const auto count = static_cast<int64_t>(options.learning_rates.size());
    require(!given.steps || count == options.steps, "construct",
            "--learning-rates must name one rate per step; got ", count, " rates and --steps ",
            options.steps, ".");
    return options.learning_rates;
  }
  require(options.steps >= 1 && options.steps <= kMostSteps, "construct",
          "--steps must lie in [1, ", kMostSteps, "]; got ", options.steps, ".");
  const GradientDescentClaim& claim = options.claim;
  require(given.learning_rate || claim.loss == DescentLoss::kSquared, "construct",
          "--loss cross-entropy needs --learning-rate: the best one is known for the squared loss "
          "only.");
  const double rate = given.learning_rate
                          ? options.learning_rate
                          : optimal_learning_rate({.inputs = claim.inputs,
                                                   .examples = claim.examples,
                                                   .input_range = options.input_range,
                                                   .decay = claim.decay});
  return std::vector<double>(static_cast<std::size_t>(options.steps), rate);
}

int construct_gradient_descent(GradientDescentCommand options, GivenOptions given) {
  check_output(options.output);
  GradientDescentClaim& claim = options.claim;
  claim.layout = token_layout_from_name(options.layout);
  claim.loss = descent_loss_from_name(options.loss);
  claim.learning_rates = rate_of_every_step(options, given);
  if (options.initial_weights == "random") {
    claim.initial_weights =
        random_initial_weights(claim.outputs, claim.inputs, options.output.seed);
  }
  return finish(gradient_descent_as_gril(claim, options.input_range, options.output.torch_dtype()),
                options.output);
}

/// The task: sizes, tokens and their law.
void add_task_options(CLI::App& command, GradientDescentCommand& options) {
  command.add_option("--inputs", options.claim.inputs, "Width d of an input")
      ->capture_default_str();
  command.add_option("--outputs", options.claim.outputs, "Width m of a target")
      ->capture_default_str();
  command.add_option("--examples", options.claim.examples, "Context examples N")
      ->capture_default_str();
  command.add_option("--layout", options.layout, "How examples become tokens")
      ->check(CLI::IsMember(token_layout_names()))
      ->capture_default_str();
  command
      .add_option("--input-range", options.input_range,
                  "Inputs lie in (-range/2, range/2): for the default learning rate")
      ->capture_default_str();
}

}  // namespace

void add_construct_gradient_descent(CLI::App& construct, Program& program) {
  CLI::App* command = construct.add_subcommand(
      "gradient-descent",
      "Gradient descent on a loss of the context: one step as a one-layer GRIL, several "
      "as a stack with one GRIL layer per step. After i of N examples the model's output is the "
      "prediction of these steps on these i.");
  auto options = std::make_shared<GradientDescentCommand>();
  add_task_options(*command, *options);
  command
      ->add_option("--loss", options->loss,
                   "What descent makes small; cross-entropy: outputs are classes, one step")
      ->check(CLI::IsMember(descent_loss_names()))
      ->capture_default_str();
  CLI::Option* steps = command->add_option("--steps", options->steps, "Steps K, one layer each")
                           ->capture_default_str();
  CLI::Option* rate = command->add_option(
      "--learning-rate", options->learning_rate,
      "Size of every step; by default the best one of a single step for inputs uniform over the "
      "input range");
  command
      ->add_option("--learning-rates", options->learning_rates,
                   "The size of each step, the first one first: 4,11.57")
      ->delimiter(',')
      ->excludes(rate);
  command->add_option("--decay", options->claim.decay, "Example i weighs decay^(N-i); in (0, 1]")
      ->capture_default_str();
  command
      ->add_option("--initial-weights", options->initial_weights,
                   "Where descent starts: zero, or standard normal numbers from the seed")
      ->check(CLI::IsMember({"zero", "random"}))
      ->capture_default_str();
  add_output_options(*command, options->output);
  command->footer(
      "Examples:\n  gril construct gradient-descent --inputs 10 --examples 10 -o gd.safetensors\n"
      "  gril construct gradient-descent --learning-rates 4,11.57 -o two_steps.safetensors");
  command->callback([&program, options, steps, rate] {
    const GivenOptions given{.steps = !steps->empty(), .learning_rate = !rate->empty()};
    program.run = [options, given] { return construct_gradient_descent(*options, given); };
  });
}

}  // namespace gril::cli

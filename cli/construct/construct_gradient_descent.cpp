#include "cli/construct/construct_gradient_descent.h"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "cli/construct/construction_output.h"
#include "cli/integer_option.h"
#include "gril/base/check.h"
#include "gril/base/example_segments.h"
#include "gril/base/token_layout.h"
#include "gril/constructions/chebyshev_learning_rates.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/constructions/optimal_learning_rate.h"
#include "gril/layers/running_divisor.h"

namespace gril::cli {
namespace {

struct GradientDescentCommand {
  OutputOptions output;
  GradientDescentClaim claim;
  int64_t steps = 1;
  double learning_rate = 1.0;
  std::vector<double> learning_rates = {};
  std::vector<double> chebyshev = {};  ///< LO, HI of the spectrum, or nothing
  std::string layout = "windowed";
  std::string loss = "squared";
  std::string route = "causal";
  std::string initial_weights = "zero";
  std::string features = "none";
  int64_t feature_size = 20;
  int64_t hidden_size = 40;
  std::string activation = "tanh";
  double input_range = 1.0;
};

/// Which options the caller gave; the others follow from the rest.
struct GivenOptions {
  bool steps = false;
  bool learning_rate = false;
  bool feature_shape = false;
};

/// What one step sees: a minibatch, or the context.
int64_t examples_of_a_step(const GradientDescentClaim& claim, int64_t steps) {
  if (claim.route != DescentRoute::kMinibatches) return claim.examples;
  return segment_sizes(claim.examples, steps).front();
}

double rate_of_a_step(const GradientDescentCommand& options, GivenOptions given, int64_t steps) {
  const GradientDescentClaim& claim = options.claim;
  if (given.learning_rate) return options.learning_rate;
  require(claim.loss == DescentLoss::kSquared, "construct",
          "--loss cross-entropy needs --learning-rate: the best one is known for the squared loss "
          "only.");
  require(claim.normalisation == "none", "construct", "--normalisation ", claim.normalisation,
          " needs --learning-rate, --learning-rates or --chebyshev: the best one is known for the "
          "sum over N examples only.");
  require(claim.features.is_identity(), "construct",
          "--features mlp needs --learning-rate: the best one is known for the inputs themselves "
          "only.");
  return optimal_learning_rate({.inputs = claim.inputs,
                                .examples = examples_of_a_step(claim, steps),
                                .input_range = options.input_range,
                                .decay = claim.decay});
}

std::vector<double> rate_of_every_step(const GradientDescentCommand& options, GivenOptions given) {
  constexpr int64_t kMostSteps = 1000;
  if (!options.learning_rates.empty()) {
    const auto count = static_cast<int64_t>(options.learning_rates.size());
    require(!given.steps || count == options.steps, "construct",
            "--learning-rates must name one rate per step; got ", count, " rates and --steps ",
            options.steps, ".");
    return options.learning_rates;
  }
  const bool two = options.claim.route == DescentRoute::kSubLayers && !given.steps;
  const int64_t steps = two ? 2 : options.steps;
  require(steps >= 1 && steps <= kMostSteps, "construct", "--steps must lie in [1, ", kMostSteps,
          "]; got ", steps, ".");
  if (!options.chebyshev.empty()) {
    return chebyshev_learning_rates(steps, options.chebyshev[0], options.chebyshev[1]);
  }
  return std::vector<double>(static_cast<std::size_t>(steps),
                             rate_of_a_step(options, given, steps));
}

FeatureMap drawn_features(const GradientDescentCommand& options, GivenOptions given) {
  if (options.features == "mlp") {
    return random_feature_map(options.claim.inputs, options.feature_size, options.hidden_size,
                              options.activation, options.output.seed);
  }
  require(!given.feature_shape, "construct",
          "--feature-size, --hidden-size and --activation describe the network of --features mlp; "
          "got --features none.");
  return {};
}

int construct_gradient_descent(GradientDescentCommand options, GivenOptions given) {
  check_output(options.output);
  GradientDescentClaim& claim = options.claim;
  claim.layout = token_layout_from_name(options.layout);
  claim.loss = descent_loss_from_name(options.loss);
  claim.route = descent_route_from_name(options.route);
  claim.features = drawn_features(options, given);
  claim.learning_rates = rate_of_every_step(options, given);
  if (options.initial_weights == "random") {
    claim.initial_weights =
        random_initial_weights(claim.outputs, claim.weight_columns(), options.output.seed);
  }
  return finish(gradient_descent_as_gril(claim, options.input_range, options.output.torch_dtype()),
                options.output);
}

/// The task: sizes, tokens and their law.
void add_task_options(CLI::App& command, GradientDescentCommand& options) {
  add_integer(command, "--inputs", options.claim.inputs, "Width d of an input", 1)
      ->capture_default_str();
  add_integer(command, "--outputs", options.claim.outputs, "Width m of a target", 1)
      ->capture_default_str();
  add_integer(command, "--examples", options.claim.examples, "Context examples N", 1)
      ->capture_default_str();
  command.add_option("--layout", options.layout, "How examples become tokens")
      ->check(CLI::IsMember(token_layout_names()))
      ->capture_default_str();
  command
      .add_option("--input-range", options.input_range,
                  "Inputs lie in (-range/2, range/2): for the default learning rate")
      ->capture_default_str();
}

/// The loss and the steps on it.
void add_step_options(CLI::App& command, GradientDescentCommand& options) {
  command
      .add_option("--loss", options.loss,
                  "What descent makes small; cross-entropy: outputs are the logits of classes")
      ->check(CLI::IsMember(descent_loss_names()))
      ->capture_default_str();
  command
      .add_option(
          "--route", options.route,
          "How the layers take the steps. causal: after every example; any number on the "
          "squared loss, one on the cross-entropy. sub-layers: two on the squared loss from "
          "three states. full-sums: every example sees the whole context, so only after the "
          "last; either loss. minibatches: one on each of K groups of examples; either loss")
      ->check(CLI::IsMember(descent_route_names()))
      ->capture_default_str();
  add_integer(command, "--steps", options.steps, "Steps K; by default 1, by the route sub-layers 2",
              1);
  CLI::Option* rate = command.add_option(
      "--learning-rate", options.learning_rate,
      "Size of every step; by default the best one of a single step for inputs uniform over the "
      "input range");
  command
      .add_option("--learning-rates", options.learning_rates,
                  "The size of each step, the first one first: 4,11.57")
      ->delimiter(',')
      ->excludes(rate);
  command
      .add_option("--chebyshev", options.chebyshev,
                  "LO,HI: the --steps sizes that do best in the worst case for eigenvalues of the "
                  "Hessian in [LO, HI]; smaller ones are left almost alone")
      ->delimiter(',')
      ->expected(2)
      ->excludes(rate)
      ->excludes("--learning-rates");
  command.add_option("--decay", options.claim.decay, "Example i weighs decay^(N-i); in (0, 1]")
      ->capture_default_str();
}

void add_normalisation_option(CLI::App& command, GradientDescentCommand& options) {
  command
      .add_option(
          "--normalisation", options.claim.normalisation,
          "What the loss of the context is divided by: none, N; count, the weights of the "
          "examples so far, so that every step is on the mean loss; power, the sum of their "
          "|x|^2, so that no eigenvalue of the Hessian passes 1. The latter two by the "
          "route causal")
      ->check(CLI::IsMember(normalisation_names()))
      ->capture_default_str();
}

/// Where descent starts and what it sees of an input.
void add_start_options(CLI::App& command, GradientDescentCommand& options) {
  command
      .add_option("--initial-weights", options.initial_weights,
                  "Where descent starts: zero, or standard normal numbers from the seed")
      ->check(CLI::IsMember({"zero", "random"}))
      ->capture_default_str();
  command
      .add_option("--features", options.features,
                  "What descent sees of an input. none: the input. mlp: the features of a random "
                  "network with one hidden layer, whose output layer descends")
      ->check(CLI::IsMember({"none", "mlp"}))
      ->capture_default_str();
  add_integer(command, "--feature-size", options.feature_size, "Features P of the network", 1)
      ->capture_default_str();
  add_integer(command, "--hidden-size", options.hidden_size, "Hidden units of the network", 1)
      ->capture_default_str();
  command.add_option("--activation", options.activation, "Activation of its hidden units")
      ->check(CLI::IsMember(feature_activation_names()))
      ->capture_default_str();
}

/// Whether the caller gave one of these options.
bool gave(const CLI::App& command, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const char* name) { return command.count(name) > 0; });
}

}  // namespace

void add_construct_gradient_descent(CLI::App& construct, Program& program) {
  CLI::App* command = construct.add_subcommand(
      "gradient-descent",
      "Gradient descent on a loss of the context: one step as a one-layer GRIL, several as a stack "
      "of them, by one of four routes. After i of N examples the model's output is the prediction "
      "of these steps on these i.");
  auto options = std::make_shared<GradientDescentCommand>();
  add_task_options(*command, *options);
  add_step_options(*command, *options);
  add_normalisation_option(*command, *options);
  add_start_options(*command, *options);
  add_output_options(*command, options->output);
  command->footer(
      "Examples:\n"
      "  gril construct gradient-descent --inputs 10 --examples 10 -o gd.safetensors\n"
      "  gril construct gradient-descent --learning-rates 4,11.57 -o two_steps.safetensors\n"
      "  gril construct gradient-descent --route minibatches --steps 4 --examples 40 --layout "
      "pairs "
      "-o minibatches.safetensors\n"
      "  gril construct gradient-descent --route full-sums --steps 5 --loss cross-entropy "
      "--outputs 5 --learning-rate 3 -o classes.safetensors\n"
      "  gril construct gradient-descent --inputs 1 --features mlp --learning-rate 0.1 "
      "-o nonlinear.safetensors\n"
      "  gril construct gradient-descent --inputs 14 --steps 27 --chebyshev 0.0036,1 "
      "--normalisation power --decay 0.999 -o stream.safetensors");
  command->callback([&program, options, command] {
    const GivenOptions given{
        .steps = gave(*command, {"--steps"}),
        .learning_rate = gave(*command, {"--learning-rate"}),
        .feature_shape = gave(*command, {"--feature-size", "--hidden-size", "--activation"})};
    program.run = [options, given] { return construct_gradient_descent(*options, given); };
  });
}

}  // namespace gril::cli

#include "cli/bench_command.h"

#include <iostream>
#include <memory>

#include "cli/bench/operator_benchmark.h"
#include "cli/bench/report_text.h"
#include "cli/bench/stream_benchmark.h"
#include "cli/bench/training_benchmark.h"
#include "cli/integer_option.h"
#include "gril/ops/threads.h"

namespace gril::cli {
namespace {

struct OperatorOptions {
  int threads = available_processors();
  int rounds = 5;
};

/// What all three have.
struct OutputOptions {
  bool quick = false;
  bool json = false;
};

void report_progress(const std::string& what) { std::cerr << "measuring " << what << '\n'; }

int print(const Json& result, bool json) {
  if (json) {
    std::cout << result.dump(2) << '\n';
  } else {
    std::cout << bench::report_text(result);
  }
  return kDone;
}

void add_output_options(CLI::App* command, OutputOptions& output, const std::string& quick) {
  command->add_flag("--quick", output.quick,
                    "Only " + quick + ": tests the command, measures nothing");
  command->add_flag("--json", output.json, "Print one JSON object");
}

void add_operators(CLI::App* bench, Program& program) {
  const auto options = std::make_shared<OperatorOptions>();
  const auto output = std::make_shared<OutputOptions>();
  CLI::App* command = bench->add_subcommand(
      "ops",
      "linear_scan and outer_product_scan, forward and backward, beside formulations out of torch "
      "operations; cost and memory against length. About a minute and 5 GB of memory.");
  add_integer(*command, "--threads", options->threads, "Threads of libtorch, BLAS and kernels", 1)
      ->capture_default_str();
  add_integer(*command, "--rounds", options->rounds,
              "Timed calls of every contender; of those over half a second at most three", 1)
      ->capture_default_str();
  add_output_options(command, *output, "small shapes");
  command->footer("Example:\n  gril bench ops --json > ops.json");
  command->callback([&program, options, output] {
    program.run = [options, output] {
      set_threads(options->threads);
      return print(bench::benchmark_operators({options->rounds, output->quick, report_progress}),
                   output->json);
    };
  });
}

void add_training(CLI::App* bench, Program& program) {
  const auto options = std::make_shared<bench::TrainingBenchmarkOptions>();
  const auto output = std::make_shared<OutputOptions>();
  options->experiment =
      "experiments/learning_in_the_recurrent_state/one_step_regression/experiment.toml";
  options->progress = report_progress;
  CLI::App* command = bench->add_subcommand(
      "train",
      "Training steps per second of an experiment, in a temporary folder: batches whole "
      "(training.shards=1), in two parts on two threads (training.shards=2), and whole with two "
      "threads inside every operation. Batches are drawn on a thread of their own. With --python, "
      "the same model written in eager PyTorch runs in the same rounds. About a minute.");
  command->add_option("--experiment", options->experiment, "The experiment, a TOML file")
      ->capture_default_str();
  command->add_option("--python", options->python, "A Python with PyTorch, to compare with");
  command->add_option("--script", options->script,
                      "The same model in eager PyTorch, by default the one of benchmarks/");
  add_integer(*command, "--steps", options->steps, "Steps of a training; a fifth in eager PyTorch",
              20)
      ->capture_default_str();
  add_integer(*command, "--rounds", options->rounds, "Trainings of every contender", 1)
      ->capture_default_str();
  add_output_options(command, *output, "20 steps, once");
  command->footer(
      "Examples, in the repository's folder:\n  gril bench train --python python3\n"
      "  python3 benchmarks/eager_pytorch_training.py   the rival alone");
  command->callback([&program, options, output] {
    program.run = [options, output] {
      if (output->quick) {
        options->steps = 20;
        options->rounds = 1;
      }
      const int code = print(bench::benchmark_training(*options), output->json);
      if (options->python.empty())
        std::cerr << "To compare with eager PyTorch: gril bench train --python python3\n";
      return code;
    };
  });
}

void add_stream(CLI::App* bench, Program& program) {
  const auto options = std::make_shared<bench::StreamBenchmarkOptions>();
  const auto output = std::make_shared<OutputOptions>();
  options->progress = report_progress;
  CLI::App* command = bench->add_subcommand(
      "stream",
      "Time per row of a stream, on one thread: prediction and update of a gradient descent step, "
      "recursive least squares beside it, and one operation of libtorch, the least that a step "
      "through libtorch costs. Some seconds.");
  add_integer(*command, "--rows", options->rows, "Rows of every stream", 10)->capture_default_str();
  add_output_options(command, *output, "1000 rows");
  command->footer("Example:\n  gril bench stream --json > stream.json");
  command->callback([&program, options, output] {
    program.run = [options, output] {
      if (output->quick) options->rows = 1000;
      return print(bench::benchmark_stream(*options), output->json);
    };
  });
}

}  // namespace

void add_bench_command(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "bench",
      "Measures gril on this machine, beside its rivals, in one run of alternating rounds, with "
      "machine, threads and commit. Close other programs first. Every figure that gril wants to "
      "reach is printed as met or NOT MET; the exit code is 0 either way, because a benchmark "
      "measures and does not judge a machine.");
  command->require_subcommand(1);
  add_operators(command, program);
  add_training(command, program);
  add_stream(command, program);
}

}  // namespace gril::cli

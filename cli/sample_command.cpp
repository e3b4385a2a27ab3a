#include "cli/sample_command.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/drawn_example.h"
#include "cli/integer_option.h"
#include "gril/base/config_file.h"
#include "gril/base/seed.h"
#include "gril/tasks/task_registry.h"

namespace gril::cli {
namespace {

struct SampleOptions {
  std::filesystem::path file;
  uint64_t seed = 0;
  uint64_t index = 0;
  bool json = false;
};

/// The section [task] of an experiment, with its seed, or a file that holds nothing but a task.
std::unique_ptr<Task> read_task(const std::filesystem::path& path) {
  const Json tree = read_toml(path);
  ConfigSection root(tree, path.string());
  if (!tree.contains("task")) return make_task(root);
  const int64_t seed = root.integer("seed", 0, 0);
  return make_task(root.section("task"), static_cast<uint64_t>(seed));
}

void draw(const Task& task, const Batch& example, const SampleOptions& options) {
  const bool one_target = task.scoring().positions == Positions::kLast;
  std::cout << task.config().at("kind").get<std::string>() << ", " << task.labels(example).title
            << "; " << example.tokens.size(1) << " tokens of width " << example.tokens.size(2)
            << ". Seed " << options.seed << ", example " << options.index << ".\n\n"
            << drawn_example(task, example) << "\nThe model sees the tokens from top to bottom; "
            << (one_target ? "its output at the last one is its prediction of the target.\n"
                           : "its output at each one is its prediction of the target beside it.\n");
}

void print_json(const Task& task, const Batch& example, const SampleOptions& options) {
  Json tree = {{"task", task.config()}, {"seed", options.seed}, {"index", options.index}};
  tree.update(example_json(task, example));
  std::cout << tree << '\n';
}

int sample(const SampleOptions& options) {
  const std::unique_ptr<Task> task = read_task(options.file);
  const uint64_t seed = child_seed(options.seed, "sample", options.index);
  const Batch example = task->sample(1, seed, at::kDouble);
  if (options.json) {
    print_json(*task, example, options);
  } else {
    draw(*task, example, options);
  }
  return kDone;
}

}  // namespace

void add_sample_command(Program& program) {
  auto options = std::make_shared<SampleOptions>();
  CLI::App* command = program.app.add_subcommand(
      "sample",
      "Show one example of a task as a person would draw it: token by token, what its parts are "
      "(x_i, y_i and the query; keys and values), and the targets that the model never sees.");
  command->add_option("task", options->file, "an experiment, or a file with the keys of [task]")
      ->required();
  add_integer(*command, "--seed", options->seed, "seed of the examples", 0)->capture_default_str();
  add_integer(*command, "--index", options->index, "which example of the seed", 0)
      ->capture_default_str();
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Example:\n"
      "  gril sample experiments/learning_in_the_recurrent_state/one_step_regression/"
      "experiment.toml --index 3");
  command->callback([&program, options] { program.run = [options] { return sample(*options); }; });
}

}  // namespace gril::cli

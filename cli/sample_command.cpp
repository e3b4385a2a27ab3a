#include "cli/sample_command.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>

#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/base/seed.h"
#include "gril/tasks/in_context/token_parts.h"
#include "gril/tasks/task_registry.h"

namespace gril::cli {
namespace {

struct SampleOptions {
  std::filesystem::path file;
  uint64_t seed = 0;
  uint64_t index = 0;
  bool json = false;
};

/// One prompt of a batch of one.
struct Example {
  TokenLayout layout;
  Batch batch;

  std::vector<std::vector<TokenPart>> parts() const {
    return token_parts(layout, batch.context_inputs.size(2), batch.context_targets.size(2),
                       batch.context_inputs.size(1));
  }
};

/// The section [task] of an experiment, or a file that holds nothing but a task.
std::unique_ptr<Task> read_task(const std::filesystem::path& path) {
  const Json tree = read_toml(path);
  if (tree.contains("task")) return make_task(ConfigSection(tree, path.string()).section("task"));
  return make_task(ConfigSection(tree, path.string()));
}

std::string number_text(double value) {
  std::ostringstream text;
  text << std::setw(9) << std::fixed << std::setprecision(4) << value;
  return text.str();
}

/// "x_1 y_1 x_2".
std::string names_of(const std::vector<TokenPart>& parts) {
  std::string names;
  for (const TokenPart& part : parts) names += (names.empty() ? "" : " ") + part.name;
  return names;
}

/// Columns on a terminal: bytes less the continuation bytes of UTF-8.
std::size_t columns(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char letter) {
    return (static_cast<unsigned char>(letter) & 0xC0U) != 0x80U;
  }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, columns(text)), ' ');
}

/// The numbers of a token, with a bar between parts and a dot for padding.
std::string features_of(const torch::Tensor& token, const std::vector<TokenPart>& parts) {
  const auto* numbers = token.data_ptr<double>();
  std::string text;
  for (const TokenPart& part : parts) {
    if (part.begin > 0) text += "  |";
    for (int64_t i = part.begin; i < part.begin + part.size; ++i) {
      text += part.name == "0" ? std::string(8, ' ') + '.' : number_text(numbers[i]);
    }
  }
  return text;
}

std::string title(const Task& task, const Example& example, const SampleOptions& options) {
  return concatenate(
      task.config().at("kind").get<std::string>(), ", ", token_layout_name(example.layout),
      " tokens: ", example.batch.context_inputs.size(1), " examples of ",
      example.batch.context_inputs.size(2), " inputs and ", example.batch.context_targets.size(2),
      " outputs; ", example.batch.tokens.size(1), " tokens of width ", example.batch.tokens.size(2),
      ". Seed ", options.seed, ", example ", options.index, ".\n\n");
}

void draw(const Task& task, const Example& example, const SampleOptions& options) {
  const auto parts = example.parts();
  std::size_t width = 5;
  for (const auto& token : parts) width = std::max(width, columns(names_of(token)));
  std::cout << title(task, example, options) << " token  " << padded("holds", width)
            << "  features\n";
  for (std::size_t t = 0; t < parts.size(); ++t) {
    const torch::Tensor token = example.batch.tokens[0][static_cast<int64_t>(t)];
    std::cout << std::setw(6) << t + 1 << "  " << padded(names_of(parts[t]), width) << "  "
              << features_of(token, parts[t]) << '\n';
  }
  const TokenPart target{.name = "y_q", .begin = 0, .size = example.batch.targets.size(1)};
  std::cout << "\ntarget  " << padded(target.name, width) << "  "
            << features_of(example.batch.targets[0], {target}) << '\n'
            << "\nThe model sees the tokens from top to bottom; its output at the last one is its "
               "prediction of the target.\n";
}

Json list_of(const torch::Tensor& numbers) {
  const torch::Tensor row = numbers.contiguous();
  return std::vector<double>(row.data_ptr<double>(), row.data_ptr<double>() + row.numel());
}

void print_json(const Task& task, const Example& example, const SampleOptions& options) {
  Json tokens = Json::array();
  const auto parts = example.parts();
  for (std::size_t t = 0; t < parts.size(); ++t) {
    Json named = Json::array();
    for (const TokenPart& part : parts[t]) {
      named.push_back({{"name", part.name}, {"begin", part.begin}, {"size", part.size}});
    }
    tokens.push_back({{"parts", named},
                      {"features", list_of(example.batch.tokens[0][static_cast<int64_t>(t)])}});
  }
  std::cout << Json{{"task", task.config()},
                    {"seed", options.seed},
                    {"index", options.index},
                    {"tokens", tokens},
                    {"target", list_of(example.batch.targets[0])}}
            << '\n';
}

int sample(const SampleOptions& options) {
  const std::unique_ptr<Task> task = read_task(options.file);
  const uint64_t seed = child_seed(options.seed, "sample", options.index);
  const Example example{task->layout(), task->sample(1, seed, at::kDouble)};
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
      "Show one example of a task as a person would draw it: token by token, which part "
      "is x_i, y_i and the query, and the target that the model never sees.");
  command->add_option("task", options->file, "an experiment, or a file with the keys of [task]")
      ->required();
  command->add_option("--seed", options->seed, "seed of the examples")->capture_default_str();
  command->add_option("--index", options->index, "which example of the seed")
      ->capture_default_str();
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Example:\n"
      "  gril sample experiments/learning_in_the_recurrent_state/one_step_regression/"
      "experiment.toml --index 3");
  command->callback([&program, options] { program.run = [options] { return sample(*options); }; });
}

}  // namespace gril::cli

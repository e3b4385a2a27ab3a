#include "gril/training/train_config.h"

#include <ATen/ATen.h>

#include <limits>
#include <map>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/seed.h"
#include "gril/evaluation/batch_output.h"
#include "gril/models/available_device.h"
#include "gril/tasks/task_registry.h"

namespace gril {
namespace {

void check_training(const TrainingOptions& options, const std::string& where) {
  require(options.warmup_steps <= options.steps, where, "warmup_steps must be at most steps; got ",
          options.warmup_steps, " and ", options.steps, ".");
  require(options.shards <= options.batch_size, where, "shards must be at most batch_size; got ",
          options.shards, " and ", options.batch_size, ".");
  require(options.beta1 < 1 && options.beta2 < 1, where, "beta1 and beta2 must be below 1; got ",
          options.beta1, " and ", options.beta2, ".");
  require(options.average_decay < 1, where, "average_decay must be below 1; got ",
          options.average_decay, ".");
}

TrainingOptions read_training(ConfigSection section) {
  TrainingOptions options;
  options.steps = section.integer("steps", options.steps, 1);
  options.batch_size = section.integer("batch_size", options.batch_size, 1);
  options.accumulate = section.integer("accumulate", options.accumulate, 1);
  options.shards = section.integer("shards", options.shards, 1);
  options.learning_rate = section.number("learning_rate", options.learning_rate, 0.0);
  options.recurrence_learning_rate =
      section.number("recurrence_learning_rate", options.learning_rate, 0.0);
  options.weight_decay = section.number("weight_decay", options.weight_decay, 0.0);
  options.warmup_steps = section.integer("warmup_steps", options.warmup_steps, 0);
  options.final_learning_rate =
      section.number("final_learning_rate", options.final_learning_rate, 0.0, 1.0);
  options.clip_norm = section.number("clip_norm", options.clip_norm, 0.0);
  options.beta1 = section.number("beta1", options.beta1, 0.0, 1.0);
  options.beta2 = section.number("beta2", options.beta2, 0.0, 1.0);
  options.average_decay = section.number("average_decay", options.average_decay, 0.0, 1.0);
  options.log_every = section.integer("log_every", options.log_every, 1);
  options.evaluate_every = section.integer("evaluate_every", options.evaluate_every, 1);
  options.checkpoint_every = section.integer("checkpoint_every", options.checkpoint_every, 1);
  options.stop_after = section.integer("stop_after", options.stop_after, 0);
  section.finish();
  check_training(options, section.name());
  return options;
}

EvaluationOptions read_evaluation(ConfigSection section) {
  EvaluationOptions options;
  options.tasks = section.integer("tasks", options.tasks, 1);
  options.seed =
      static_cast<uint64_t>(section.integer("seed", static_cast<int64_t>(options.seed), 0));
  section.finish();
  return options;
}

/// The section as an object, {} where it is absent.
Json subtree(ConfigSection& root, const std::string& key) { return root.section(key).tree(); }

void check_sizes(const Task& task, const SequenceModel& model, const std::string& where) {
  require(model.input_symbols() == task.symbols(), where,
          "the first layer must take as many different symbols as the task has (0: numbers); got ",
          model.input_symbols(), " and ", task.symbols(), ".");
  require(model.input_size() == task.token_width(), where,
          "the first layer's input_size must be the width of the task's tokens; got ",
          model.input_size(), " and ", task.token_width(), ".");
  require(model.output_size() == task.output_size(), where,
          "the last layer's output_size must be the task's outputs; got ", model.output_size(),
          " and ", task.output_size(), ".");
}

Json to_json(const TrainingOptions& options) {
  return Json{{"steps", options.steps},
              {"batch_size", options.batch_size},
              {"accumulate", options.accumulate},
              {"shards", options.shards},
              {"learning_rate", options.learning_rate},
              {"recurrence_learning_rate", options.recurrence_learning_rate},
              {"weight_decay", options.weight_decay},
              {"warmup_steps", options.warmup_steps},
              {"final_learning_rate", options.final_learning_rate},
              {"clip_norm", options.clip_norm},
              {"beta1", options.beta1},
              {"beta2", options.beta2},
              {"average_decay", options.average_decay},
              {"log_every", options.log_every},
              {"evaluate_every", options.evaluate_every},
              {"checkpoint_every", options.checkpoint_every},
              {"stop_after", options.stop_after}};
}

Json to_json(const EvaluationOptions& options) {
  return Json{{"tasks", options.tasks}, {"seed", options.seed}};
}

/// Every leaf of a tree under its dotted key, as JSON text.
void collect_leaves(const Json& tree, const std::string& path,
                    std::map<std::string, std::string>& leaves) {
  if (!tree.is_structured() || tree.empty()) {
    leaves[path] = tree.dump();
    return;
  }
  const std::string prefix = path.empty() ? path : path + '.';
  for (const auto& [key, value] : tree.items()) collect_leaves(value, prefix + key, leaves);
}

/// An experiment and its model, not yet in its dtype.
struct ReadExperiment {
  TrainConfig config;
  std::shared_ptr<SequenceModel> model;
};

/// make: the task of its section and the experiment's seed, or nothing.
ReadExperiment read_experiment(const Json& tree, const std::string& where,
                               std::unique_ptr<Task> (*make)(ConfigSection, uint64_t)) {
  ConfigSection root(tree, where);
  TrainConfig config;
  config.seed = static_cast<uint64_t>(root.integer("seed", 0, 0));
  const std::string dtype = root.choice("dtype", "float32", {"float32", "float64"});
  config.dtype = dtype == "float32" ? torch::kFloat : torch::kDouble;
  config.device = torch::Device(root.choice("device", "cpu", {"cpu", "cuda"}));
  root.need("task");
  root.need("model");
  ConfigSection task = root.section("task");
  auto model = std::make_shared<SequenceModel>(subtree(root, "model"), where);
  require(!model->parameters().empty(), where,
          "a model must have parameters to train; got layers without any. Add one that has some, "
          "such as linear.");
  config.training = read_training(root.section("training"));
  config.evaluation = read_evaluation(root.section("evaluation"));
  config.analysis = subtree(root, "analysis");
  root.finish();
  config.model = model->config();
  config.task = make(std::move(task), config.seed);
  if (config.task) check_sizes(*config.task, *model, where);
  return {std::move(config), std::move(model)};
}

}  // namespace

TrainConfig read_train_config(const Json& tree, const std::string& where) {
  return read_experiment(tree, where, make_task).config;
}

std::shared_ptr<const SequenceModel> planned_model(const Json& tree, const std::string& where) {
  const auto [config, model] = read_experiment(tree, where, make_task_without_data);
  if (!config.task) return model;
  const at::NoGradGuard no_grad;
  model->to(config.dtype);
  try {
    batch_output(*model, config.task->sample(1, config.seed, config.dtype));
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    throw InvalidArgument(concatenate("[train] ", where,
                                      ": the model must be able to read its task; got ",
                                      text.substr(0, text.find('\n'))));
  }
  return model;
}

TrainingOptions read_training_options(const Json& tree, const std::string& where) {
  return read_training(ConfigSection(tree, where).section("training"));
}

EvaluationOptions read_evaluation_options(const Json& tree, const std::string& where) {
  return read_evaluation(ConfigSection(tree, where).section("evaluation"));
}

Json to_json(const TrainConfig& config) {
  return Json{{"seed", config.seed},
              {"dtype", config.dtype == torch::kFloat ? "float32" : "float64"},
              {"device", config.device.str()},
              {"task", config.task->config()},
              {"model", config.model},
              {"training", to_json(config.training)},
              {"evaluation", to_json(config.evaluation)},
              {"analysis", config.analysis}};
}

std::shared_ptr<SequenceModel> make_model(const TrainConfig& config) {
  const torch::Device device = available_device(config.device.str(), "train");
  auto model = std::make_shared<SequenceModel>(config.model, "model");
  model->to(config.dtype);
  model->initialize(child_seed(config.seed, "parameters"));
  model->to(device);
  return model;
}

Json completed_config(const Json& stored, const std::string& where) {
  ConfigSection root(stored, where);
  Json whole = stored;
  whole["model"] = SequenceModel(subtree(root, "model"), where).config();
  whole["training"] = to_json(read_training_options(stored, where));
  whole["evaluation"] = to_json(read_evaluation_options(stored, where));
  return whole;
}

std::string config_difference(const Json& earlier, const Json& now) {
  std::map<std::string, std::string> before;
  std::map<std::string, std::string> after;
  collect_leaves(earlier, "", before);
  collect_leaves(now, "", after);
  std::map<std::string, std::string> keys = before;
  keys.insert(after.begin(), after.end());
  std::string lines;
  for (const auto& [key, unused] : keys) {
    const auto old_value = before.find(key);
    const auto new_value = after.find(key);
    const std::string was = old_value == before.end() ? "absent" : old_value->second;
    const std::string is = new_value == after.end() ? "absent" : new_value->second;
    if (was != is) lines += concatenate("\n  ", key, ": ", was, " -> ", is);
  }
  return lines;
}

}  // namespace gril

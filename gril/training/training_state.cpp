#include "gril/training/training_state.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "gril/base/check.h"
#include "gril/base/json_text.h"
#include "gril/base/safetensors.h"
#include "gril/models/stored_tensors.h"

namespace gril {
namespace {

constexpr const char* kWhere = "training_state";
constexpr const char* kFormat = "1";

torch::Tensor read_tensor(const SafetensorsFile& file, const std::string& name,
                          const std::string& path) {
  const auto found = file.tensors.find(name);
  require_file(found != file.tensors.end(), kWhere, path, ": the tensor \"", name,
               "\" is missing.");
  torch::Tensor tensor = at::empty(found->second.shape, stored_dtype(found->second));
  load_tensor(found->second, tensor);
  return tensor;
}

std::string state_name(std::size_t index) { return concatenate("state.", index); }

/// The figures of a state; an infinite best loss (no evaluation yet) becomes null.
Json figures(const TrainingState& state) {
  return Json{{"step", state.step},
              {"loss_sum", state.loss_sum},
              {"best_loss", std::isfinite(state.best_loss) ? Json(state.best_loss) : Json()},
              {"evaluations_since_best", state.evaluations_since_best},
              {"config", state.config}};
}

void read_figures(const std::string& text, const std::string& path, TrainingState& state) {
  const Json tree = parse_json<Json>(text, kWhere, path + ": gril_training");
  const auto holds = [&](const char* key, auto&& rule) {
    require_file(tree.is_object() && tree.contains(key) && rule(tree.at(key)), kWhere, path,
                 ": gril_training has no proper \"", key, "\".");
  };
  const auto is_count = [](const Json& value) {
    return value.is_number_unsigned() &&
           value.get<uint64_t>() <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  };
  holds("step", is_count);
  holds("loss_sum", [](const Json& value) { return value.is_number(); });
  holds("best_loss", [](const Json& value) { return value.is_number() || value.is_null(); });
  holds("evaluations_since_best", is_count);
  holds("config", [](const Json& value) { return value.is_object(); });
  state.step = tree.at("step").get<int64_t>();
  state.loss_sum = tree.at("loss_sum").get<double>();
  if (!tree.at("best_loss").is_null()) state.best_loss = tree.at("best_loss").get<double>();
  state.evaluations_since_best = tree.at("evaluations_since_best").get<int64_t>();
  state.config = tree.at("config");
}

const std::string& metadata(const SafetensorsFile& file, const std::string& key,
                            const std::string& path) {
  const auto found = file.metadata.find(key);
  require_file(found != file.metadata.end(), kWhere, path, ": the metadata has no \"", key,
               "\"; this is not a training state.");
  return found->second;
}

void check_shapes(const TrainingState& state, const std::string& path) {
  const auto fits = [&](const torch::Tensor& tensor) {
    return tensor.sizes() == state.parameters.sizes();
  };
  require_file(state.parameters.dim() == 1 && fits(state.first_moment) && fits(state.second_moment),
               kWhere, path, ": parameters and moments must have one shape (P); got ",
               state.parameters.sizes(), ", ", state.first_moment.sizes(), " and ",
               state.second_moment.sizes(), ".");
  require_file(!state.average.defined() || fits(state.average), kWhere, path,
               ": the average must have the shape of the parameters, ", state.parameters.sizes(),
               "; got ", state.average.defined() ? state.average.sizes() : at::IntArrayRef(), ".");
}

}  // namespace

bool is_finished(const TrainingOptions& options, const TrainingState& state) {
  const bool in_vain = options.stop_after > 0 && state.evaluations_since_best >= options.stop_after;
  return in_vain || state.step >= options.steps;
}

void save_training_state(const std::filesystem::path& path, const TrainingState& state) {
  SafetensorsFile file;
  file.tensors["parameters"] = store_tensor(state.parameters);
  file.tensors["first_moment"] = store_tensor(state.first_moment);
  file.tensors["second_moment"] = store_tensor(state.second_moment);
  if (state.average.defined()) file.tensors["average"] = store_tensor(state.average);
  for (std::size_t i = 0; i < state.state.size(); ++i) {
    file.tensors[state_name(i)] = store_tensor(state.state[i]);
  }
  file.metadata["gril_format"] = kFormat;
  file.metadata["gril_training"] = figures(state).dump();
  write_safetensors(path, file);
}

TrainingState load_training_state(const std::filesystem::path& path) {
  require_file(std::filesystem::exists(path), kWhere, path.string(),
               ": there is no such file. The run made no checkpoint; start it afresh.");
  const SafetensorsFile file = read_safetensors(path);
  const std::string& format = metadata(file, "gril_format", path.string());
  require_file(format == kFormat, kWhere, path.string(), ": the format must be \"", kFormat,
               "\"; got \"", format, "\".");
  TrainingState state;
  read_figures(metadata(file, "gril_training", path.string()), path.string(), state);
  state.parameters = read_tensor(file, "parameters", path.string());
  state.first_moment = read_tensor(file, "first_moment", path.string());
  state.second_moment = read_tensor(file, "second_moment", path.string());
  if (file.tensors.contains("average")) state.average = read_tensor(file, "average", path.string());
  for (std::size_t i = 0; file.tensors.contains(state_name(i)); ++i) {
    state.state.push_back(read_tensor(file, state_name(i), path.string()));
  }
  const std::size_t read = 3 + (state.average.defined() ? 1 : 0) + state.state.size();
  require_file(file.tensors.size() == read, kWhere, path.string(), ": it must hold ", read,
               " tensors, parameters, moments, average and state.0, state.1, …; got ",
               file.tensors.size(), ".");
  check_shapes(state, path.string());
  return state;
}

}  // namespace gril

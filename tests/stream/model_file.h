#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gril/base/json.h"
#include "gril/base/safetensors.h"
#include "tests/support/temporary_folder.h"

/// Model files for the tests of the streaming runtime, written without the layers.
namespace gril::test {

/// A path for one file in a folder of its own.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name) : path_(folder_ / name) {}
  const std::filesystem::path& path() const { return path_; }

 private:
  TemporaryFolder folder_;
  std::filesystem::path path_;
};

/// Options of one GRIL layer, as gril/layers/gril_layer.h names them.
struct LayerSpec {
  int64_t input_size = 4;
  int64_t output_size = 2;
  int64_t window = 1;
  int64_t stride = 1;
  int64_t heads = 1;
  int64_t value_size = 2;
  int64_t key_size = 3;
  std::string projections = "learned";
  bool tied = true;
  bool cross_product = true;
  int64_t written_features = 0;  ///< 0: input_size
  bool strict = false;
  std::string decay = "elementwise";
  double fixed_decay = 0.9;
  bool initial_weights = false;
};

inline int64_t written_features(const LayerSpec& spec) {
  return spec.written_features > 0 ? spec.written_features : spec.input_size;
}

inline Json layer_json(const LayerSpec& spec) {
  return {{"kind", "gril"},
          {"input_size", spec.input_size},
          {"output_size", spec.output_size},
          {"window", spec.window},
          {"stride", spec.stride},
          {"heads", spec.heads},
          {"value_size", spec.value_size},
          {"key_size", spec.key_size},
          {"projections", spec.projections},
          {"tied", spec.tied},
          {"cross_product", spec.cross_product},
          {"written_features", written_features(spec)},
          {"strict", spec.strict},
          {"decay", spec.decay},
          {"fixed_decay", spec.fixed_decay},
          {"initial_weights", spec.initial_weights}};
}

/// Numbers with a shape, row-major.
struct Numbers {
  std::vector<int64_t> shape;
  std::vector<double> values;
};

inline Numbers random_numbers(std::vector<int64_t> shape, std::mt19937_64& generator) {
  std::normal_distribution<double> normal;
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = normal(generator);
  return {std::move(shape), std::move(values)};
}

using LayerTensors = std::map<std::string, Numbers>;

/// Every tensor that a layer of these options has, drawn at random.
inline LayerTensors random_tensors(const LayerSpec& spec, std::mt19937_64& generator) {
  const int64_t values = spec.heads * spec.value_size;
  const int64_t keys = spec.heads * spec.key_size;
  LayerTensors tensors;
  const auto add = [&](const std::string& name, std::vector<int64_t> shape) {
    tensors[name] = random_numbers(std::move(shape), generator);
  };
  const auto add_map = [&](const std::string& name, int64_t rows, int64_t features) {
    if (spec.tied) add(name, {rows, features});
    if (!spec.tied) add(name, {spec.window, rows, features});
  };
  if (spec.projections == "learned") {
    if (spec.cross_product) add_map("value_map", values, written_features(spec));
    add_map("key_map", keys, written_features(spec));
    add_map("query_map", keys, spec.input_size);
  }
  if (spec.tied && spec.cross_product) add("offset_weights", {spec.window, spec.window});
  if (spec.tied && !spec.cross_product) add("key_offsets", {spec.window});
  if (spec.tied) add("query_offsets", {spec.window});
  if (spec.decay == "fixed") {
    tensors["decay"] = {
        {spec.heads}, std::vector<double>(static_cast<std::size_t>(spec.heads), spec.fixed_decay)};
  } else if (spec.decay == "per_head") {
    add("log_decay_rate", {spec.heads});
  } else {
    add("log_decay_rate", {spec.heads, spec.value_size, spec.key_size});
  }
  add("readout", {spec.output_size, values});
  if (spec.initial_weights) add("initial_weights", {spec.output_size, keys});
  return tensors;
}

inline StoredTensor stored(const Numbers& numbers, ElementType type) {
  StoredTensor tensor{type, numbers.shape, {}};
  const auto store = [&tensor](const auto& converted) {
    tensor.bytes.resize(converted.size() * sizeof(converted[0]));
    std::memcpy(tensor.bytes.data(), converted.data(), tensor.bytes.size());
  };
  if (type == ElementType::kFloat32) {
    store(std::vector<float>(numbers.values.begin(), numbers.values.end()));
  } else {
    store(numbers.values);
  }
  return tensor;
}

/// A model of these layers as it would lie on disk; `task` null leaves gril_task out.
inline SafetensorsFile model_file(const std::vector<std::pair<LayerSpec, LayerTensors>>& layers,
                                  const Json& task = nullptr,
                                  ElementType type = ElementType::kFloat64) {
  SafetensorsFile file;
  Json configuration = {{"layers", Json::array()}};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    configuration["layers"].push_back(layer_json(layers[i].first));
    for (const auto& [name, numbers] : layers[i].second) {
      file.tensors["layers." + std::to_string(i) + "." + name] = stored(numbers, type);
    }
  }
  file.metadata["gril_format"] = "1";
  file.metadata["gril_model"] = configuration.dump();
  if (!task.is_null()) file.metadata["gril_task"] = task.dump();
  return file;
}

inline Json regression_task(const std::string& layout, int64_t inputs, int64_t outputs) {
  return {{"kind", "linear_regression"},
          {"inputs", inputs},
          {"outputs", outputs},
          {"examples", 10},
          {"layout", layout},
          {"input_range", 1.0},
          {"weight_scale", 1.0},
          {"label_noise", 0.0}};
}

/// One step of gradient descent from zero weights on windowed tokens [x_prev, y_prev, x], as
/// gril.md 2.4 builds it: v = y, k = x_prev, q = x, C = rate.
inline SafetensorsFile descent_model(int64_t inputs, double rate, double decay) {
  LayerSpec spec;
  spec.input_size = 2 * inputs + 1;
  spec.output_size = 1;
  spec.value_size = 1;
  spec.key_size = inputs;
  spec.decay = "fixed";
  spec.fixed_decay = decay;
  LayerTensors tensors;
  const auto zeros = [](const std::vector<int64_t>& shape) {
    int64_t count = 1;
    for (const int64_t size : shape) count *= size;
    return Numbers{shape, std::vector<double>(static_cast<std::size_t>(count), 0.0)};
  };
  const auto width = static_cast<std::size_t>(spec.input_size);
  const auto d = static_cast<std::size_t>(inputs);
  tensors["value_map"] = zeros({1, spec.input_size});
  tensors["value_map"].values[d] = 1.0;
  tensors["key_map"] = zeros({inputs, spec.input_size});
  tensors["query_map"] = zeros({inputs, spec.input_size});
  for (std::size_t i = 0; i < d; ++i) {
    tensors["key_map"].values[i * width + i] = 1.0;
    tensors["query_map"].values[i * width + d + 1 + i] = 1.0;
  }
  tensors["offset_weights"] = {{1, 1}, {1.0}};
  tensors["query_offsets"] = {{1}, {1.0}};
  tensors["decay"] = {{1}, {decay}};
  tensors["readout"] = {{1, 1}, {rate}};
  return model_file({{spec, tensors}}, regression_task("windowed", inputs, 1));
}

}  // namespace gril::test

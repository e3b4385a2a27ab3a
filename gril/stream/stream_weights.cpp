#include "gril/stream/stream_weights.h"

#include <utility>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/safetensors.h"
#include "gril/stream/gril_step_weights.h"
#include "gril/stream/model_tensors.h"
#include "gril/stream/stream_state.h"

namespace gril::stream {
namespace {

constexpr std::string_view kWhere = "stream";

std::string metadata_text(const SafetensorsFile& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  return found == file.metadata.end() ? "" : found->second;
}

uint64_t hash_model(const SafetensorsFile& file, const std::string& configuration) {
  uint64_t hash = fnv1a(configuration);
  for (const auto& [name, tensor] : file.tensors) {
    hash = fnv1a(name, hash);
    hash = fnv1a({reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()}, hash);
  }
  return hash;
}

std::vector<GrilStepWeights> read_layers(const std::string& configuration, ModelTensors& tensors,
                                         const std::string& path) {
  const Json tree = Json::parse(configuration, nullptr, false);
  require_file(!tree.is_discarded(), kWhere, path,
               ": metadata gril_model must be JSON; got other text. Write the model anew.");
  ConfigSection model(tree, path);
  std::vector<ConfigSection> sections = model.sections("layers");
  model.finish();
  require_file(!sections.empty(), kWhere, path,
               ": the model must have at least one layer; got none. Write the model anew.");
  std::vector<GrilStepWeights> layers;
  for (ConfigSection& section : sections) {
    const std::string kind = section.text("kind", "");
    require(kind == "gril", kWhere, path, ": layer ", layers.size(),
            " must be of the kind gril to be streamed; got \"", kind,
            "\". Stream a model of GRIL layers.");
    const std::string prefix = concatenate("layers.", layers.size(), ".");
    layers.push_back(read_gril_step_weights(section, tensors, prefix));
    const bool chained = layers.size() == 1 || layers[layers.size() - 2].shape.output_size ==
                                                   layers.back().shape.input_size;
    require_file(chained, kWhere, path, ": the input of layer ", layers.size() - 1,
                 " must be as wide as the output of the layer before it; got ",
                 layers.back().shape.input_size, ". Write the model anew.");
  }
  return layers;
}

}  // namespace

StreamWeights read_stream_weights(const std::filesystem::path& path) {
  SafetensorsFile file = read_safetensors(path);
  StreamWeights weights;
  weights.name = path.string();
  const std::string format = metadata_text(file, "gril_format");
  require_file(format == "1", kWhere, weights.name, ": metadata gril_format must be \"1\"; got \"",
               format, "\". Give a model written by gril.");
  weights.task = metadata_text(file, "gril_task");
  const std::string configuration = metadata_text(file, "gril_model");
  weights.fingerprint = hash_model(file, configuration);
  ModelTensors tensors(std::move(file.tensors), weights.name);
  try {
    weights.layers = read_layers(configuration, tensors, weights.name);
  } catch (const InvalidArgument& error) {
    // A layer kind that cannot be streamed is the caller's choice; a wrong key is a damaged file.
    if (std::string_view(error.what()).starts_with("[stream]")) throw;
    throw InvalidFile(error.what());
  }
  tensors.finish();
  return weights;
}

}  // namespace gril::stream

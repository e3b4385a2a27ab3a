#include "gril/stream/stream_weights.h"

#include <utility>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/json_text.h"
#include "gril/base/safetensors.h"
#include "gril/stream/model_tensors.h"
#include "gril/stream/stream_layer_reader.h"
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

StreamStack read_layers(const std::string& configuration, ModelTensors& tensors,
                        const std::string& path) {
  const Json tree = parse_json<Json>(configuration, kWhere, path + ": metadata gril_model");
  ConfigSection model(tree, path);
  return read_stream_stack(model, tensors, "", path);
}

}  // namespace

StreamWeights read_stream_weights(const std::filesystem::path& path) {
  SafetensorsFile file = read_safetensors(path);
  const std::string name = path.string();
  const std::string format = metadata_text(file, "gril_format");
  require_file(format == "1", kWhere, name, ": metadata gril_format must be \"1\"; got \"", format,
               "\". Give a model written by gril.");
  const std::string configuration = metadata_text(file, "gril_model");
  const uint64_t fingerprint = hash_model(file, configuration);
  ModelTensors tensors(std::move(file.tensors), name);
  try {
    StreamStack layers = read_layers(configuration, tensors, name);
    tensors.finish();
    return {name, std::move(layers), metadata_text(file, "gril_task"), fingerprint};
  } catch (const InvalidArgument& error) {
    // A layer kind that cannot be streamed is the caller's choice; a wrong key is a damaged file.
    if (std::string_view(error.what()).starts_with("[stream]")) throw;
    throw InvalidFile(error.what());
  }
}

}  // namespace gril::stream

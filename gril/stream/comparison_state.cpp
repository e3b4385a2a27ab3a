#include "gril/stream/comparison_state.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "gril/base/check.h"
#include "gril/base/json_text.h"
#include "gril/base/safetensors.h"
#include "gril/stream/stream_state.h"

namespace gril::stream {
namespace {

constexpr std::string_view kWhere = "stream_state";
constexpr const char* kVersion = "1";
constexpr int kHexadecimal = 16;

std::string hexadecimal(uint64_t number) {
  std::string digits(2 * sizeof(number), '0');
  for (std::size_t i = digits.size(); i-- > 0; number /= kHexadecimal) {
    digits[i] = "0123456789abcdef"[number % kHexadecimal];
  }
  return digits;
}

uint64_t hash_of(const SafetensorsFile& file) {
  uint64_t hash = fnv1a("");
  for (const char* key : {"gril_stream_state", "model", "settings"}) {
    hash = fnv1a(file.metadata.at(key), hash);
  }
  for (const auto& [name, tensor] : file.tensors) {
    hash = fnv1a(name, hash);
    hash = fnv1a({reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()}, hash);
  }
  return hash;
}

StoredTensor stored(const std::vector<double>& numbers) {
  StoredTensor tensor{ElementType::kFloat64, {static_cast<int64_t>(numbers.size())}, {}};
  tensor.bytes.resize(numbers.size() * sizeof(double));
  if (!numbers.empty()) std::memcpy(tensor.bytes.data(), numbers.data(), tensor.bytes.size());
  return tensor;
}

void check(const SafetensorsFile& file, const std::string& path) {
  const auto version = file.metadata.find("gril_stream_state");
  require_file(version != file.metadata.end(), kWhere, path,
               ": metadata must hold gril_stream_state; got none. Give a file that gril stream "
               "--save-state wrote.");
  require_file(version->second == kVersion, kWhere, path, ": the version must be ", kVersion,
               "; got \"", version->second, "\". Save the state with this version of gril.");
  for (const char* key : {"model", "settings", "checksum"}) {
    require_file(file.metadata.contains(key), kWhere, path, ": metadata must hold ", key,
                 "; got none. The state was damaged.");
  }
  require_file(file.metadata.at("checksum") == hexadecimal(hash_of(file)), kWhere, path,
               ": the checksum must fit the state; got another one. The state was damaged.");
}

}  // namespace

void write_comparison_state(const std::filesystem::path& path, const ComparisonState& state) {
  SafetensorsFile file;
  file.metadata["gril_stream_state"] = kVersion;
  file.metadata["model"] = hexadecimal(state.model);
  file.metadata["settings"] = state.settings.dump();
  for (const auto& [name, numbers] : state.parts) file.tensors[name] = stored(numbers);
  file.metadata["checksum"] = hexadecimal(hash_of(file));
  write_safetensors(path, file);
}

ComparisonState read_comparison_state(const std::filesystem::path& path) {
  const SafetensorsFile file = read_safetensors(path);
  const std::string name = path.string();
  check(file, name);
  ComparisonState state;
  const std::string& model = file.metadata.at("model");
  const auto read =
      std::from_chars(model.data(), model.data() + model.size(), state.model, kHexadecimal);
  state.settings = parse_json<Json>(file.metadata.at("settings"), kWhere, name + ": settings");
  require_file(read.ec == std::errc() && state.settings.is_object(), kWhere, name,
               ": model and settings must be a number and a JSON object; got other text. The state "
               "was damaged.");
  const Json features = state.settings.value("features", Json(nullptr));
  const bool are_names =
      features.is_array() && std::all_of(features.begin(), features.end(),
                                         [](const Json& column) { return column.is_string(); });
  require_file(are_names, kWhere, name, ": settings must list the features; got ", features.dump(),
               ". The state was damaged.");
  for (const auto& [part, tensor] : file.tensors) {
    require_file(tensor.type == ElementType::kFloat64, kWhere, name, ": \"", part,
                 "\" must be F64; got ", element_name(tensor.type), ". The state was damaged.");
    std::vector<double> numbers(tensor.bytes.size() / sizeof(double));
    if (!numbers.empty()) std::memcpy(numbers.data(), tensor.bytes.data(), tensor.bytes.size());
    state.parts[part] = std::move(numbers);
  }
  return state;
}

void require_equal_settings(const Json& a, const std::string& first, const Json& b,
                            const std::string& second) {
  for (const auto& [key, value] : a.items()) {
    const Json other = b.value(key, Json(nullptr));
    require(other == value, "stream", "the columns and options of ", first, " and ", second,
            " must be the same; got ", key, " = ", value.dump(), " and ", other.dump(),
            ". Give the same ones.");
  }
}

}  // namespace gril::stream

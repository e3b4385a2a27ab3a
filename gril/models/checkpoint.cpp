#include "gril/models/checkpoint.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <new>
#include <string>

#include "gril/base/check.h"
#include "gril/base/json_text.h"
#include "gril/base/safetensors.h"
#include "gril/layers/parameter_initialization.h"
#include "gril/models/stored_tensors.h"

namespace gril {
namespace {

constexpr const char* kWhere = "checkpoint";
constexpr const char* kFormat = "1";
constexpr int64_t kSlack = int64_t{1} << 20;  ///< parameters that a model may have beyond its file

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

NamedTensors named_tensors(const SequenceModel& model) {
  NamedTensors tensors;
  for (const auto& item : model.named_parameters()) tensors.emplace_back(item.key(), item.value());
  for (const auto& item : model.named_buffers()) tensors.emplace_back(item.key(), item.value());
  return tensors;
}

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  }
  return text + ")";
}

/// A metadata entry as a tree; null when it is absent.
Json metadata_tree(const SafetensorsFile& file, const std::string& key, const std::string& path) {
  const auto entry = file.metadata.find(key);
  if (entry == file.metadata.end()) return nullptr;
  return parse_json<Json>(entry->second, kWhere, concatenate(path, ": metadata ", key));
}

void check_format(const SafetensorsFile& file, const std::string& path) {
  const auto format = file.metadata.find("gril_format");
  require_file(format != file.metadata.end(), kWhere, path,
               ": metadata must hold gril_format; got none. This is not a model of gril.");
  require_file(format->second == kFormat, kWhere, path, ": format must be ", kFormat, "; got \"",
               format->second, "\". Another version of gril wrote this file.");
}

/// Numbers of all tensors in the file.
int64_t stored_numbers(const SafetensorsFile& file) {
  int64_t numbers = 0;
  for (const auto& [name, stored] : file.tensors) {
    numbers += static_cast<int64_t>(stored.bytes.size() / element_size(stored.type));
  }
  return numbers;
}

std::shared_ptr<SequenceModel> build_model(const SafetensorsFile& file, const std::string& path) {
  const Json config = metadata_tree(file, "gril_model", path);
  require_file(config.is_object(), kWhere, path,
               ": metadata must hold the configuration gril_model; got none.");
  try {
    // What is missing or too much by less is named tensor by tensor.
    const ParameterBudget budget(2 * stored_numbers(file) + kSlack);
    return std::make_shared<SequenceModel>(config, path);
  } catch (const InvalidArgument& error) {
    throw InvalidFile(concatenate('[', kWhere, "] ", path, ": gril_model: ", error.what()));
  } catch (const std::bad_alloc&) {
    throw InvalidFile(concatenate('[', kWhere, "] ", path, ": gril_model needs too much memory."));
  } catch (const c10::Error&) {
    throw InvalidFile(concatenate('[', kWhere, "] ", path, ": gril_model needs too much memory."));
  }
}

/// The model takes the dtype of the file: that of its first floating-point tensor.
void take_dtype(SequenceModel& model, const SafetensorsFile& file) {
  for (const auto& [name, stored] : file.tensors) {
    const torch::Dtype dtype = stored_dtype(stored);
    if (c10::isFloatingType(dtype)) {
      model.to(dtype);
      return;
    }
  }
}

void check_tensor(const std::string& name, const StoredTensor& stored, const at::Tensor& tensor,
                  const std::string& path) {
  const StoredTensor expected = store_tensor(tensor);
  require_file(stored.shape == expected.shape, kWhere, path, ": tensor ", name, " must have shape ",
               shape_text(expected.shape), "; got ", shape_text(stored.shape), ".");
  require_file(stored.type == expected.type, kWhere, path, ": tensor ", name,
               " must have the dtype of the others, ", element_name(expected.type), "; got ",
               element_name(stored.type), ".");
}

void load_tensors(const SequenceModel& model, const SafetensorsFile& file,
                  const std::string& path) {
  const NamedTensors tensors = named_tensors(model);
  for (const auto& [name, tensor] : tensors) {
    const auto stored = file.tensors.find(name);
    require_file(stored != file.tensors.end(), kWhere, path, ": tensor ", name,
                 " is missing; its configuration needs it.");
    check_tensor(name, stored->second, tensor, path);
  }
  for (const auto& [name, stored] : file.tensors) {
    const bool known = std::any_of(tensors.begin(), tensors.end(),
                                   [&](const auto& item) { return item.first == name; });
    require_file(known, kWhere, path, ": tensor ", name, " belongs to no layer of gril_model.");
  }
  for (const auto& [name, tensor] : tensors) load_tensor(file.tensors.at(name), tensor);
}

}  // namespace

ModelFile load_model(const std::filesystem::path& path) {
  const SafetensorsFile file = read_safetensors(path);
  const std::string name = path.string();
  check_format(file, name);
  ModelFile result{build_model(file, name), metadata_tree(file, "gril_claim", name),
                   metadata_tree(file, "gril_task", name),
                   metadata_tree(file, "gril_vocabulary", name)};
  take_dtype(*result.model, file);
  load_tensors(*result.model, file, name);
  return result;
}

void save_model(const std::filesystem::path& path, const ModelFile& file) {
  SafetensorsFile stored;
  stored.metadata["gril_format"] = kFormat;
  stored.metadata["gril_model"] = file.model->config().dump();
  if (!file.claim.is_null()) stored.metadata["gril_claim"] = file.claim.dump();
  if (!file.task.is_null()) stored.metadata["gril_task"] = file.task.dump();
  if (!file.vocabulary.is_null()) stored.metadata["gril_vocabulary"] = file.vocabulary.dump();
  for (const auto& [name, tensor] : named_tensors(*file.model)) {
    stored.tensors[name] = store_tensor(tensor);
  }
  write_safetensors(path, stored);
}

}  // namespace gril

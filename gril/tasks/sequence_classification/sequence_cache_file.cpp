#include "gril/tasks/sequence_classification/sequence_cache_file.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/fnv1a.h"
#include "gril/base/json_text.h"
#include "gril/base/safetensors.h"

namespace gril {
namespace {

constexpr const char* kWhere = "cache";
constexpr const char* kKey = "gril_cache";
constexpr const char* kChecksum = "checksum";
constexpr const char* kVocabulary = "vocabulary";
constexpr const char* kNote = "note";

/// Of everything but the key and the checksum itself.
std::string checksum(SafetensorsFile& file) {
  uint64_t hash = fnv1a(file.metadata[kVocabulary] + file.metadata[kNote]);
  for (const auto& [name, tensor] : file.tensors) hash = fnv1a(tensor.bytes, fnv1a(name, hash));
  return hash_text(hash);
}

StoredTensor stored_values(const torch::Tensor& values) {
  const torch::Tensor whole = values.contiguous();
  StoredTensor stored{ElementType::kUint8,
                      {whole.size(0), whole.size(1), static_cast<int64_t>(whole.element_size())},
                      std::vector<std::byte>(whole.nbytes())};
  std::memcpy(stored.bytes.data(), whole.data_ptr(), stored.bytes.size());
  return stored;
}

StoredTensor stored_numbers(const std::vector<int64_t>& numbers, std::vector<int64_t> shape) {
  const auto bytes = std::as_bytes(std::span(numbers));
  return {ElementType::kInt64, std::move(shape), {bytes.begin(), bytes.end()}};
}

/// A tensor of one part, taken out of the file.
StoredTensor taken(SafetensorsFile& file, const std::string& name, ElementType type,
                   std::size_t axes, const std::string& path) {
  const auto found = file.tensors.find(name);
  require_file(found != file.tensors.end() && found->second.type == type &&
                   found->second.shape.size() == axes,
               kWhere, path, ": must hold the tensor ", name, " of ", axes, " axes, ",
               element_name(type), "; got another or none.");
  StoredTensor tensor = std::move(found->second);
  file.tensors.erase(found);
  return tensor;
}

std::vector<int64_t> numbers_of(const StoredTensor& stored) {
  std::vector<int64_t> numbers(stored.bytes.size() / sizeof(int64_t));
  std::memcpy(numbers.data(), stored.bytes.data(), stored.bytes.size());
  return numbers;
}

/// The values share the memory they were read into.
torch::Tensor values_of(StoredTensor stored, const std::string& path) {
  const int64_t width = stored.shape[2];
  require_file(width == 1 || width == 2, kWhere, path, ": a number must take 1 or 2 bytes; got ",
               width, ".");
  const std::vector<int64_t> shape = {stored.shape[0], stored.shape[1]};
  const auto owner = std::make_shared<std::vector<std::byte>>(std::move(stored.bytes));
  return at::from_blob(
      owner->data(), shape, [owner](void* /*data*/) {}, width == 1 ? at::kByte : at::kShort);
}

std::vector<std::string> texts_of(const std::string& list, const std::string& path) {
  const Json tree = parse_json<Json>(list, kWhere, concatenate(path, ": ", kVocabulary));
  const bool texts = tree.is_array() && std::all_of(tree.begin(), tree.end(), [](const Json& text) {
                       return text.is_string();
                     });
  require_file(texts, kWhere, path, ": ", kVocabulary, " must be a list of texts; got another.");
  return tree.get<std::vector<std::string>>();
}

LabelledSequences part_of(SafetensorsFile& file, const std::string& prefix,
                          const std::string& path) {
  const StoredTensor lengths = taken(file, prefix + "lengths", ElementType::kInt64, 2, path);
  LabelledSequences part;
  part.values = values_of(taken(file, prefix + "values", ElementType::kUint8, 3, path), path);
  part.labels = numbers_of(taken(file, prefix + "labels", ElementType::kInt64, 1, path));
  part.lengths = numbers_of(lengths);
  part.documents = lengths.shape[1];
  int64_t rows = 0;
  for (const int64_t length : part.lengths) {
    require_file(length >= 1 && length <= part.values.size(0) - rows, kWhere, path,
                 ": the lengths ", "of the sequences must make the ", part.values.size(0),
                 " rows; got others.");
    part.begins.push_back(rows);
    rows += length;
  }
  require_file(rows == part.values.size(0) && part.size() == lengths.shape[0], kWhere, path,
               ": labels, lengths and values must be of the same sequences; got others.");
  return part;
}

}  // namespace

void store_sequences(const std::filesystem::path& path, const std::string& key,
                     const ReadSequences& sequences) {
  SafetensorsFile file;
  for (std::size_t p = 0; p < sequences.parts.size(); ++p) {
    const LabelledSequences& part = sequences.parts[p];
    const std::string prefix = concatenate(p, '.');
    file.tensors[prefix + "values"] = stored_values(part.values);
    file.tensors[prefix + "lengths"] = stored_numbers(part.lengths, {part.size(), part.documents});
    file.tensors[prefix + "labels"] = stored_numbers(part.labels, {part.size()});
  }
  file.metadata = {
      {kKey, key}, {kVocabulary, Json(sequences.vocabulary).dump()}, {kNote, sequences.note}};
  file.metadata[kChecksum] = checksum(file);
  write_safetensors(path, file);
}

ReadSequences load_sequences(const std::filesystem::path& path, const std::string& key) {
  SafetensorsFile file = read_safetensors(path);
  const std::string name = path.string();
  require_file(file.metadata[kKey] == key, kWhere, name,
               ": must be the cache of these data; got another file.");
  require_file(file.metadata[kChecksum] == checksum(file), kWhere, name,
               ": its bytes must have the checksum that it states; got others.");
  ReadSequences sequences;
  sequences.vocabulary = texts_of(file.metadata[kVocabulary], name);
  sequences.note = file.metadata[kNote];
  for (std::size_t p = 0; !file.tensors.empty(); ++p) {
    sequences.parts.push_back(part_of(file, concatenate(p, '.'), name));
  }
  return sequences;
}

}  // namespace gril

#include "gril/base/safetensors.h"

#include <algorithm>
#include <bit>
#include <span>
#include <string_view>

#include "gril/base/check.h"
#include "gril/base/file.h"
#include "gril/base/safetensors_header.h"

namespace gril {
namespace {

static_assert(std::endian::native == std::endian::little,
              "tensors are stored as they lie in memory");

constexpr std::string_view kWhere = "safetensors";
constexpr uint64_t kLengthBytes = 8;

/// Reads exactly `bytes.size()` bytes: the size of the file has been checked, so fewer means that
/// it shrank meanwhile.
void read_exactly(InputFile& file, std::span<std::byte> bytes, const std::string& path) {
  const std::size_t count = file.read(bytes);
  require_file(count == bytes.size(), kWhere, path, ": changed while it was read.");
}

uint64_t read_header_length(InputFile& file, const std::string& path) {
  require_file(file.size() >= kLengthBytes, kWhere, path,
               ": must begin with 8 bytes of header length; got a file of ", file.size(),
               " bytes.");
  uint64_t length = 0;
  read_exactly(file, std::as_writable_bytes(std::span(&length, 1)), path);
  require_file(length <= kLongestSafetensorsHeader, kWhere, path, ": the header must be at most ",
               kLongestSafetensorsHeader, " bytes; got ", length, ".");
  require_file(length <= file.size() - kLengthBytes, kWhere, path,
               ": the header must end inside the file of ", file.size(), " bytes; got ", length,
               " bytes of header.");
  return length;
}

/// The order in the file: wide elements first, so that every tensor is aligned; then by name.
SafetensorsHeader lay_out(const SafetensorsFile& file, const std::string& path) {
  SafetensorsHeader header;
  header.metadata = file.metadata;
  for (const auto& [name, tensor] : file.tensors) {
    require(name != "__metadata__", kWhere, path, ": a tensor cannot be called __metadata__.");
    const ByteCount count = byte_count(tensor.type, tensor.shape);
    require(count.fits && count.bytes == tensor.bytes.size(), kWhere, path, ": tensor \"", name,
            "\": dtype and shape need ", count.bytes, " bytes; got ", tensor.bytes.size(), ".");
    header.entries.push_back({.name = name, .type = tensor.type, .shape = tensor.shape});
  }
  std::stable_sort(header.entries.begin(), header.entries.end(),
                   [](const TensorEntry& a, const TensorEntry& b) {
                     return element_size(a.type) > element_size(b.type);
                   });
  uint64_t covered = 0;
  for (TensorEntry& entry : header.entries) {
    entry.begin = covered;
    covered += file.tensors.at(entry.name).bytes.size();
    entry.end = covered;
  }
  return header;
}

}  // namespace

std::size_t element_size(ElementType type) {
  switch (type) {
    case ElementType::kFloat32:
      return 4;
    case ElementType::kFloat64:
    case ElementType::kInt64:
      return 8;
    case ElementType::kUint8:
      break;
  }
  return 1;
}

std::string element_name(ElementType type) {
  switch (type) {
    case ElementType::kFloat32:
      return "F32";
    case ElementType::kFloat64:
      return "F64";
    case ElementType::kInt64:
      return "I64";
    case ElementType::kUint8:
      break;
  }
  return "U8";
}

SafetensorsFile read_safetensors(const std::filesystem::path& path) {
  const std::string name = path.string();
  InputFile file(path, kWhere);
  std::string text(read_header_length(file, name), ' ');
  read_exactly(file, std::as_writable_bytes(std::span(text)), name);
  const uint64_t data_size = file.size() - kLengthBytes - text.size();
  SafetensorsHeader header = parse_safetensors_header(text, data_size, name);

  SafetensorsFile result;
  result.metadata = std::move(header.metadata);
  for (TensorEntry& entry : header.entries) {
    StoredTensor& tensor = result.tensors[entry.name];
    tensor.type = entry.type;
    tensor.shape = std::move(entry.shape);
    tensor.bytes.resize(entry.end - entry.begin);
    read_exactly(file, tensor.bytes, name);
  }
  return result;
}

void write_safetensors(const std::filesystem::path& path, const SafetensorsFile& file) {
  const SafetensorsHeader header = lay_out(file, path.string());
  const std::string text = safetensors_header_text(header, path.string());
  const uint64_t length = text.size();
  require(length <= kLongestSafetensorsHeader, kWhere, path.string(),
          ": names and metadata must fit a header of ", kLongestSafetensorsHeader, " bytes; got ",
          length, ".");
  AtomicFile output(path, kWhere);
  output.write(std::as_bytes(std::span(&length, 1)));
  output.write(text);
  for (const TensorEntry& entry : header.entries) output.write(file.tensors.at(entry.name).bytes);
  output.commit();
}

}  // namespace gril

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace gril {

/// Element types of a safetensors file that gril reads and writes.
enum class ElementType { kFloat32, kFloat64, kInt64, kUint8 };

std::size_t element_size(ElementType type);
/// "F32", "F64", "I64", "U8".
std::string element_name(ElementType type);

/// One tensor of a file: row-major raw bytes, little-endian.
struct StoredTensor {
  ElementType type = ElementType::kFloat32;
  std::vector<int64_t> shape;
  std::vector<std::byte> bytes;
};

/// A safetensors file: 8 bytes header length (little-endian), JSON header, raw data.
/// Complex tensors are stored with a trailing dimension of 2 (real, imaginary).
struct SafetensorsFile {
  std::map<std::string, StoredTensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Reads and checks a file. Nothing is allocated from a number in the file before it has been
/// compared with the file's size. Errors: InvalidFile, text starts with "[safetensors] path:".
SafetensorsFile read_safetensors(const std::filesystem::path& path);

/// Writes atomically (temporary file, fsync, rename): an earlier file survives every failure.
/// Errors: InvalidFile when the file cannot be written (full disk included).
void write_safetensors(const std::filesystem::path& path, const SafetensorsFile& file);

}  // namespace gril

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
/// Format: https://github.com/huggingface/safetensors. Complex tensors are stored with a trailing
/// dimension of 2 (real, imaginary).
struct SafetensorsFile {
  std::map<std::string, StoredTensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Reads and checks a file. Nothing is allocated from a number in the file before it has been
/// compared with the file's size; the tensors must cover the data exactly.
/// Errors: InvalidArgument when there is no such file; InvalidFile for everything else, one line
/// that starts with "[safetensors] path:" and names the tensor and the rule.
/// Cost: one pass over the file; memory for the tensors plus the header.
SafetensorsFile read_safetensors(const std::filesystem::path& path);

/// Writes atomically (AtomicFile): an earlier file survives every failure. Every tensor starts at a
/// multiple of its element size.
/// Errors: InvalidArgument for bytes that do not fit the shape, the name "__metadata__", or text
/// that is not UTF-8; InvalidFile when the file cannot be written (full disk included).
void write_safetensors(const std::filesystem::path& path, const SafetensorsFile& file);

}  // namespace gril

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gril/base/safetensors.h"

namespace gril {

/// One line of a safetensors header: a tensor and the half-open range of its bytes in the data.
struct TensorEntry {
  std::string name;
  ElementType type = ElementType::kFloat32;
  std::vector<int64_t> shape;
  uint64_t begin = 0;
  uint64_t end = 0;
};

/// The header of a file; entries in the order of their bytes.
struct SafetensorsHeader {
  std::vector<TensorEntry> entries;
  std::map<std::string, std::string> metadata;
};

/// The longest JSON header that is read or written, in bytes.
inline constexpr uint64_t kLongestSafetensorsHeader = 100'000'000;

/// How many bytes a tensor takes.
struct ByteCount {
  bool fits;       ///< false when a size is negative or the product exceeds 63 bits
  uint64_t bytes;  ///< 0 when it does not fit
};
ByteCount byte_count(ElementType type, const std::vector<int64_t>& shape);

/// Reads the JSON text of a header and checks every claim in it: known element types, ranges of the
/// right length that cover the `data_size` bytes of data exactly, no key twice.
/// Errors: InvalidFile, the text starts with "[safetensors] path:".
SafetensorsHeader parse_safetensors_header(std::string_view text, uint64_t data_size,
                                           const std::string& path);

/// The JSON text, padded with spaces to a multiple of 8 bytes.
/// Errors: InvalidArgument for a name or metadata that is not UTF-8.
std::string safetensors_header_text(const SafetensorsHeader& header, const std::string& path);

}  // namespace gril

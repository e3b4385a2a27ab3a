#pragma once

#include <string>

#include "gril/base/safetensors.h"

namespace gril {

/// A file with every element type, a scalar, an empty tensor and metadata. The same values stand in
/// safetensors_interchange.py.
SafetensorsFile example_file();

/// What differs between two files, or "".
std::string difference(const SafetensorsFile& a, const SafetensorsFile& b);

/// The bytes of a file with this header text and data, true or not.
std::string safetensors_bytes(const std::string& header, const std::string& data);

}  // namespace gril

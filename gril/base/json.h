#pragma once

#include <nlohmann/json.hpp>

namespace gril {

/// The neutral tree between TOML files, JSON files and options structs. Keys keep their order.
using Json = nlohmann::ordered_json;

}  // namespace gril

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gril {

/// Lets a std::string_view be looked up among keys that are std::string.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

/// A map from texts.
template <typename Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

}  // namespace gril

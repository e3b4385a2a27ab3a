#pragma once

#include <string_view>

#include "gril/base/json.h"

namespace gril {

/// How deep a configuration may be nested: less than JSON (json_text.h), in which a run keeps it
/// with a few levels around it.
inline constexpr int kMostConfigLevels = 90;

/// Arrays and objects inside each other, 0 for a plain value. By recursion.
int nesting(const Json& tree);

/// A lower bound on the levels of the tables and arrays in a TOML text: the parts of a header, or
/// the parts of a key with the brackets around it. A number with a point may count as one more,
/// texts and comments do not count. Without recursion, as it says which texts a parser can build,
/// and take down again, without an overflow of the stack. Cost: one pass.
int toml_nesting(std::string_view text);

}  // namespace gril

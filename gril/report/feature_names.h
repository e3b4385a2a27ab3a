#pragma once

#include <string>
#include <vector>

#include "gril/base/json_value.h"

namespace gril {

/// What the d features of a token are called: x1, x2, … and, for prompts of in-context regression
/// in the layout "pairs", y1, y2, … after the inputs. task may be null.
std::vector<std::string> feature_names(const JsonValue& task, std::size_t count);

/// The pairs a ≤ b of such features in the order (0,0), (0,1), …: "x1x1", "x1x2", ….
std::vector<std::string> pair_names(const std::vector<std::string>& features);

/// The same with the appended 1 as last feature: "x1x1", …, "x1", …, "1".
std::vector<std::string> augmented_pair_names(const std::vector<std::string>& features);

}  // namespace gril

#pragma once

#include <string>

#include "gril/base/json_value.h"

namespace gril {

/// A number for a reader: `digits` significant digits, whole numbers in full, "–" for what is not
/// finite.
std::string number_text(double value, int digits = 5);

/// The same for a JSON number; "–" for null.
std::string number_text(const Json& value, int digits = 5);

/// The same for a number of a file. Errors: InvalidFile where it is neither number nor null.
std::string number_text(const JsonValue& value, int digits = 5);

/// "low … high" of {"low", "high"}, "–" where neither exists, or "" where they are absent.
std::string interval_text(const JsonValue& estimate, int digits = 5);

/// A JSON scalar as a reader writes it: text without quotation marks, numbers as above, lists
/// joined by commas, "none" for null.
std::string plain_text(const Json& value);
std::string plain_text(const JsonValue& value);

}  // namespace gril

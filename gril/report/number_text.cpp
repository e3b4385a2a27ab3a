#include "gril/report/number_text.h"

#include <cmath>
#include <iomanip>
#include <sstream>

namespace gril {

std::string number_text(double value, int digits) {
  if (!std::isfinite(value)) return "–";
  std::ostringstream text;
  constexpr double kLargestWhole = 1e15;
  if (value == std::floor(value) && std::abs(value) < kLargestWhole) {
    text << std::fixed << std::setprecision(0) << value;
  } else {
    text << std::setprecision(digits) << value;
  }
  return text.str();
}

std::string number_text(const Json& value, int digits) {
  return value.is_number() ? number_text(value.get<double>(), digits) : "–";
}

std::string number_text(const JsonValue& value, int digits) {
  return number_text(value.number(), digits);
}

std::string interval_text(const JsonValue& estimate, int digits) {
  if (!estimate.has("low")) return "";
  if (!std::isfinite(estimate["low"].number()) && !std::isfinite(estimate["high"].number())) {
    return "–";
  }
  return number_text(estimate["low"], digits) + " … " + number_text(estimate["high"], digits);
}

std::string plain_text(const JsonValue& value) { return plain_text(value.json()); }

std::string plain_text(const Json& value) {
  if (value.is_null()) return "none";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return number_text(value.get<double>(), 10);
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const Json& element : value) text += (text.empty() ? "" : ", ") + plain_text(element);
  return text;
}

}  // namespace gril

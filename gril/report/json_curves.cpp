#include "gril/report/json_curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "gril/report/number_text.h"

namespace gril {
namespace {

/// Whether the first row has {"value", "low", "high"} under a key.
bool holds_estimates(const JsonValue& rows, const std::string& key) {
  return !rows.empty() && rows.front()[key].is_object();
}

}  // namespace

std::vector<double> column(const JsonValue& rows, const char* key) {
  std::vector<double> values;
  for (const JsonValue& row : rows.elements()) values.push_back(row[key].number());
  return values;
}

Curve estimate_curve(const JsonValue& rows, const char* x, const char* key, const std::string& name,
                     Colour colour, Stroke stroke) {
  Curve curve{.name = name, .x = column(rows, x), .colour = colour, .stroke = stroke};
  for (const JsonValue& row : rows.elements()) {
    curve.y.push_back(row[key]["value"].number());
    curve.low.push_back(row[key]["low"].number());
    curve.high.push_back(row[key]["high"].number());
  }
  return curve;
}

Curve level(const std::string& name, double y, double first, double last, Colour colour,
            Stroke stroke) {
  return {.name = name, .x = {first, last}, .y = {y, y}, .colour = colour, .stroke = stroke};
}

HtmlTable table_of(const JsonValue& rows,
                   const std::vector<std::pair<std::string, std::string>>& keys) {
  HtmlTable table;
  for (const auto& [key, title] : keys) {
    table.columns.push_back(title);
    if (holds_estimates(rows, key)) table.columns.emplace_back("95 % interval");
  }
  for (const JsonValue& row : rows.elements()) {
    std::vector<std::string> cells;
    for (const auto& [key, title] : keys) {
      const JsonValue value = row[key];
      cells.push_back(value.is_text() ? plain_text(value)
                                      : number_text(value.is_object() ? value["value"] : value));
      if (holds_estimates(rows, key)) cells.push_back(interval_text(value));
    }
    table.rows.push_back(cells);
  }
  return table;
}

std::vector<double> finite_numbers(const std::vector<double>& values) {
  std::vector<double> finite;
  for (const double value : values) {
    if (std::isfinite(value)) finite.push_back(value);
  }
  return finite;
}

std::vector<double> positions(std::size_t count) {
  std::vector<double> places(count);
  std::iota(places.begin(), places.end(), 1.0);
  return places;
}

bool spans_decades(const std::vector<Curve>& curves) {
  constexpr double kFar = 30.0;
  double lowest = std::numeric_limits<double>::infinity();
  double highest = 0.0;
  for (const Curve& curve : curves) {
    for (const double value : curve.y) lowest = std::min(lowest, value);
    for (const double value : curve.y) highest = std::max(highest, value);
    for (const double value : curve.low) lowest = std::min(lowest, value);
  }
  return lowest > 0.0 && highest > kFar * lowest;
}

std::vector<double> floored(const std::vector<double>& values) {
  std::vector<double> result = values;
  for (double& value : result) value = std::max(value, kAxisFloor);
  return result;
}

}  // namespace gril

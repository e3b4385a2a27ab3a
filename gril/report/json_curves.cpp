#include "gril/report/json_curves.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "gril/report/number_text.h"

namespace gril {

std::vector<double> column(const Json& rows, const char* key) {
  std::vector<double> values;
  for (const Json& row : rows) values.push_back(row[key].get<double>());
  return values;
}

Curve estimate_curve(const Json& rows, const char* x, const char* key, const std::string& name,
                     Colour colour, Stroke stroke) {
  Curve curve{.name = name, .x = column(rows, x), .colour = colour, .stroke = stroke};
  for (const Json& row : rows) {
    curve.y.push_back(row[key]["value"].get<double>());
    curve.low.push_back(row[key]["low"].get<double>());
    curve.high.push_back(row[key]["high"].get<double>());
  }
  return curve;
}

Curve level(const std::string& name, double y, double first, double last, Colour colour,
            Stroke stroke) {
  return {.name = name, .x = {first, last}, .y = {y, y}, .colour = colour, .stroke = stroke};
}

HtmlTable table_of(const Json& rows, const std::vector<std::pair<std::string, std::string>>& keys) {
  HtmlTable table;
  for (const auto& [key, title] : keys) {
    table.columns.push_back(title);
    if (rows.front()[key].is_object()) table.columns.emplace_back("95 % interval");
  }
  for (const Json& row : rows) {
    std::vector<std::string> cells;
    for (const auto& [key, title] : keys) {
      const Json& value = row[key];
      cells.push_back(value.is_string() ? plain_text(value)
                                        : number_text(value.is_object() ? value["value"] : value));
      if (value.is_object()) cells.push_back(interval_text(value));
    }
    table.rows.push_back(cells);
  }
  return table;
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

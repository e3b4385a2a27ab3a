#include "gril/report/stream_report.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/file.h"
#include "gril/base/json_file.h"
#include "gril/report/figure.h"
#include "gril/report/html_page.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "report";
constexpr const char* kModel = "gril";
constexpr const char* kMean = "running_mean";

/// The cumulative errors of a stream, checked.
struct StreamCurve {
  std::vector<double> rows;
  std::vector<std::string> names;
  std::map<std::string, std::vector<double>> cumulative;
  std::string reference;

  double last(const std::string& method) const { return cumulative.at(method).back(); }
};

std::string readable(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

/// An array of as many finite numbers as there are rows.
std::vector<double> numbers(const Json& array, std::size_t count, const std::string& name) {
  const bool fits = array.is_array() && array.size() == count &&
                    std::all_of(array.begin(), array.end(),
                                [](const Json& number) { return number.is_number(); });
  require_file(fits, kWhere, name, ": every curve must hold a number for each of ", count,
               " rows; got another. Write it anew with gril stream --curve.");
  return array.get<std::vector<double>>();
}

StreamCurve read_curve(const Json& tree, const std::string& name) {
  const bool known = tree.is_object() && tree.value("kind", Json()) == "gril_stream_curve" &&
                     tree.value("rows", Json()).is_array() && !tree["rows"].empty() &&
                     tree.value("methods", Json()).is_array() &&
                     tree.value("reference", Json()).is_string();
  require_file(known, kWhere, name,
               ": must be a run directory or a curve of gril stream; got another file. Write one "
               "with gril stream --curve.");
  StreamCurve curve;
  const std::size_t count = tree["rows"].size();
  curve.rows = numbers(tree["rows"], count, name);
  curve.reference = tree["reference"];
  for (const Json& method : tree["methods"]) {
    require_file(method.is_object() && method.value("name", Json()).is_string(), kWhere, name,
                 ": every method must have a name; got one without. Write the curve anew with gril "
                 "stream --curve.");
    curve.names.push_back(method["name"]);
    curve.cumulative[curve.names.back()] = numbers(method.value("cumulative", Json()), count, name);
  }
  for (const std::string& needed : {std::string(kModel), curve.reference}) {
    require_file(curve.cumulative.contains(needed), kWhere, name, ": the curve of ", needed,
                 " must be there; got none. Write it anew with gril stream --curve.");
  }
  return curve;
}

/// How each method is drawn: least squares in one colour, told apart by strokes.
Curve line_of(const std::string& method) {
  if (method == kModel) return {.colour = Colour::kModel};
  if (method == "recursive_least_squares_without_forgetting") {
    return {.colour = Colour::kExactSolution, .stroke = Stroke::kDashed};
  }
  if (method == "sliding_window_least_squares") {
    return {.colour = Colour::kExactSolution, .stroke = Stroke::kDotted};
  }
  if (method == "normalised_lms") return {.colour = Colour::kGradientDescent};
  if (method == kMean) return {.colour = Colour::kReference, .stroke = Stroke::kDotted};
  return {.colour = Colour::kThird};
}

std::vector<double> regret(const StreamCurve& curve, const std::string& method) {
  std::vector<double> difference = curve.cumulative.at(method);
  const std::vector<double>& reference = curve.cumulative.at(curve.reference);
  for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= reference[i];
  return difference;
}

HtmlFigure regret_figure(const StreamCurve& curve) {
  LineFigure figure{.x_label = "rows",
                    .y_label = "cumulative error minus that of " + readable(curve.reference)};
  double lowest = 0.0;
  double highest = 0.0;
  for (const std::string& name : curve.names) {
    if (name == curve.reference) continue;
    Curve line = line_of(name);
    line.name = readable(name);
    line.x = curve.rows;
    line.y = regret(curve, name);
    // The running mean is far above on most streams and would flatten the rest.
    if (name != kMean) {
      const auto [low, high] = std::minmax_element(line.y.begin(), line.y.end());
      lowest = std::min(lowest, *low);
      highest = std::max(highest, *high);
    }
    figure.curves.push_back(std::move(line));
  }
  if (lowest < highest) {
    const double margin = 0.05 * (highest - lowest);
    figure.lowest_y = lowest - margin;
    figure.highest_y = highest + margin;
  }
  HtmlTable table{{"method", "cumulative error", "regret"}, {}};
  for (const std::string& name : curve.names) {
    table.rows.push_back({readable(name), number_text(curve.last(name)),
                          number_text(curve.last(name) - curve.last(curve.reference))});
  }
  return {.title = "Regret along the stream",
          .drawing = draw(figure, "regret", "Regret of every method over the rows"),
          .caption =
              "Squared errors in units of the target's deviation, summed up to each row, minus the "
              "sum of the reference: below 0 a method is ahead of it so far. A curve that has gone "
              "flat makes the same errors as the reference. What lies beyond the axis is cut off.",
          .data = table};
}

}  // namespace

std::string stream_report(const Json& tree, const std::string& name) {
  constexpr double kNear = 1.1;
  const StreamCurve curve = read_curve(tree, name);
  const double share = curve.last(kModel) / curve.last(curve.reference);
  HtmlPage page("gril · " + name, "How well was each row predicted before it was shown?");
  page.verdict(share <= kNear,
               share <= 1.0     ? "Ahead"
               : share <= kNear ? "Within 10 %"
                                : "Behind",
               "After " + number_text(curve.rows.back()) +
                   " rows the model's cumulative error is " + number_text(share, 4) +
                   " times that of " + readable(curve.reference) + ".");
  page.figure(regret_figure(curve));
  page.heading("Where this comes from");
  HtmlTable origin{{"what", "value"}, {}};
  for (const char* key : {"model", "table", "target", "reference"}) {
    if (tree.contains(key)) origin.rows.push_back({key, plain_text(tree[key])});
  }
  page.table(origin);
  return page.text();
}

std::filesystem::path write_stream_report(const std::filesystem::path& curve) {
  const std::string page = stream_report(read_json(curve, kWhere), curve.string());
  std::filesystem::path path = curve;
  path.replace_extension(".html");
  write_file_atomically(path, page, kWhere);
  return path;
}

}  // namespace gril

#include "gril/runs/expected.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/json_file.h"
#include "gril/base/text_table.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "expected";

/// Exactly one way to say what is expected: value with one tolerance, or bounds.
void check_form(const ConfigSection& section) {
  const bool bounds = section.has("at_most") || section.has("at_least");
  const bool absolute = section.has("tolerance");
  const bool relative = section.has("relative_tolerance");
  const bool good =
      section.has("value") ? !bounds && absolute != relative : bounds && !absolute && !relative;
  require(
      good, kWhere, section.name(),
      " must have value with tolerance or relative_tolerance, or else at_most, at_least or both.");
}

struct Interval {
  double lowest;
  double highest;
  std::string rule;
};

Interval read_interval(ConfigSection& section) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  check_form(section);
  if (section.has("value")) {
    const double value = section.number("value", 0.0);
    const double relative = section.number("relative_tolerance", 0.0, 0.0);
    const double tolerance = section.number("tolerance", relative * std::abs(value), 0.0);
    return {value - tolerance, value + tolerance, concatenate(value, " ± ", tolerance)};
  }
  const double lowest = section.number("at_least", -kInfinity);
  const double highest = section.number("at_most", kInfinity);
  require(lowest <= highest, kWhere, section.name(), ": at_least must not exceed at_most; got ",
          lowest, " and ", highest, ".");
  std::string rule = section.has("at_least") ? concatenate("at least ", lowest) : "";
  if (section.has("at_most")) {
    rule += concatenate(rule.empty() ? "at most " : ", at most ", highest);
  }
  return {lowest, highest, rule};
}

Expectation read_expectation(ConfigSection section) {
  section.need("name");
  section.need("source");
  const Interval interval = read_interval(section);
  Expectation expectation{.name = section.text("name", ""),
                          .lowest = interval.lowest,
                          .highest = interval.highest,
                          .rule = interval.rule,
                          .source = section.text("source", "")};
  section.finish();
  return expectation;
}

using Row = std::vector<std::string>;

Row row_of(const Verdict& verdict) {
  const auto& obtained = verdict.obtained;
  std::string value = "none";
  if (obtained) value = concatenate(obtained->value);
  if (obtained && obtained->uncertainty) value += concatenate(" ± ", *obtained->uncertainty);
  return {verdict.expectation.name, verdict.expectation.rule, value,
          verdict.holds ? "holds" : "FAILS", verdict.expectation.source};
}

}  // namespace

std::vector<Expectation> read_expected(const std::filesystem::path& path) {
  ConfigSection root(read_json(path, kWhere), path.string());
  std::vector<Expectation> expected;
  std::set<std::string> names;
  for (ConfigSection& section : root.sections("expected")) {
    expected.push_back(read_expectation(std::move(section)));
    require(names.insert(expected.back().name).second, kWhere, path.string(),
            ": names must differ; got \"", expected.back().name, "\" twice.");
  }
  root.finish();
  require(!expected.empty(), kWhere, path.string(), ": must expect something; got an empty list.");
  return expected;
}

std::vector<Verdict> compare(const std::vector<Expectation>& expected,
                             const std::vector<Result>& results) {
  std::vector<Verdict> verdicts;
  for (const Expectation& expectation : expected) {
    Verdict verdict;
    verdict.expectation = expectation;
    const auto found = std::find_if(results.begin(), results.end(), [&](const Result& result) {
      return result.name == expectation.name;
    });
    if (found != results.end()) {
      verdict.obtained = *found;
      verdict.holds = found->value >= expectation.lowest && found->value <= expectation.highest;
    }
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

bool all_hold(const std::vector<Verdict>& verdicts) {
  return std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return v.holds; });
}

std::string verdict_table(const std::vector<Verdict>& verdicts) {
  std::vector<Row> rows = {{"result", "expected", "obtained", "verdict", "source"}};
  for (const Verdict& verdict : verdicts) rows.push_back(row_of(verdict));
  return text_table(rows);
}

Json verdicts_json(const std::vector<Verdict>& verdicts) {
  Json list = Json::array();
  for (const Verdict& verdict : verdicts) {
    list.push_back({{"name", verdict.expectation.name},
                    {"expected", verdict.expectation.rule},
                    {"obtained", verdict.obtained ? Json(verdict.obtained->value) : Json()},
                    {"holds", verdict.holds},
                    {"source", verdict.expectation.source}});
  }
  return list;
}

}  // namespace gril

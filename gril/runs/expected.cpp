#include "gril/runs/expected.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <string_view>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/json_file.h"
#include "gril/base/nearest_word.h"
#include "gril/base/text_table.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "expected";

/// Exactly one way to say what is expected: value with one tolerance, or bounds.
void check_form(const ConfigSection& section) {
  const bool bounds = section.has("at_most") || section.has("at_least") || section.has("below") ||
                      section.has("above");
  const bool absolute = section.has("tolerance");
  const bool relative = section.has("relative_tolerance");
  const bool good =
      section.has("value") ? !bounds && absolute != relative : bounds && !absolute && !relative;
  require(
      good, kWhere, section.name(),
      " must have value with tolerance or relative_tolerance, or else some of at_most, at_least, "
      "below and above.");
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
  std::vector<std::string> rules;
  if (section.has("at_least")) rules.push_back(concatenate("at least ", lowest));
  if (section.has("at_most")) rules.push_back(concatenate("at most ", highest));
  return {lowest, highest, join_words(rules)};
}

/// The results that one is compared with under this key: some, each of another name.
std::vector<std::string> read_others(ConfigSection& section, const char* key,
                                     const std::string& name) {
  const std::vector<std::string> others = section.texts(key);
  const bool itself = std::find(others.begin(), others.end(), name) != others.end();
  require(!itself && (!section.has(key) || !others.empty()), kWhere, section.name(), ": ", key,
          " must name other results; got [", join_words(others), "].");
  return others;
}

void add_rule(std::string& rule, const char* word, const std::vector<std::string>& others) {
  if (others.empty()) return;
  rule += concatenate(rule.empty() ? "" : ", ", word, ' ', join_words(others));
}

Expectation read_expectation(ConfigSection section) {
  section.need("name");
  section.need("source");
  const Interval interval = read_interval(section);
  Expectation expectation{.name = section.text("name", ""),
                          .lowest = interval.lowest,
                          .highest = interval.highest,
                          .below = {},
                          .above = {},
                          .rule = interval.rule,
                          .source = section.text("source", "")};
  expectation.below = read_others(section, "below", expectation.name);
  expectation.above = read_others(section, "above", expectation.name);
  add_rule(expectation.rule, "below", expectation.below);
  add_rule(expectation.rule, "above", expectation.above);
  section.finish();
  return expectation;
}

const Result* result_called(const std::string& name, const std::vector<Result>& results) {
  const auto found = std::find_if(results.begin(), results.end(),
                                  [&](const Result& result) { return result.name == name; });
  return found == results.end() ? nullptr : &*found;
}

bool all_of_those(const std::vector<std::string>& names, const std::vector<Result>& results,
                  const std::function<bool(double)>& fits) {
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    const Result* other = result_called(name, results);
    return other != nullptr && fits(other->value);
  });
}

bool is_met(const Expectation& expectation, double value, const std::vector<Result>& results) {
  return value >= expectation.lowest && value <= expectation.highest &&
         all_of_those(expectation.below, results, [&](double other) { return value < other; }) &&
         all_of_those(expectation.above, results, [&](double other) { return value > other; });
}

bool belongs_to(const std::string& result, const std::vector<std::string>& variants) {
  return std::any_of(variants.begin(), variants.end(), [&](const std::string& variant) {
    return result.compare(0, variant.size() + 1, variant + '.') == 0;
  });
}

using Row = std::vector<std::string>;

Row row_of(const CheckedExpectation& verdict) {
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

std::vector<Expectation> without_variants(const std::vector<Expectation>& expected,
                                          const std::vector<std::string>& variants) {
  const auto one_belongs = [&](const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return belongs_to(name, variants); });
  };
  std::vector<Expectation> rest;
  for (const Expectation& expectation : expected) {
    const bool left_out = one_belongs({expectation.name}) || one_belongs(expectation.below) ||
                          one_belongs(expectation.above);
    if (!left_out) rest.push_back(expectation);
  }
  return rest;
}

std::vector<CheckedExpectation> compare(const std::vector<Expectation>& expected,
                                        const std::vector<Result>& results) {
  std::vector<CheckedExpectation> verdicts;
  for (const Expectation& expectation : expected) {
    CheckedExpectation verdict;
    verdict.expectation = expectation;
    if (const Result* result = result_called(expectation.name, results)) {
      verdict.obtained = *result;
      verdict.holds = is_met(expectation, result->value, results);
    }
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

bool all_hold(const std::vector<CheckedExpectation>& verdicts) {
  return std::all_of(verdicts.begin(), verdicts.end(),
                     [](const CheckedExpectation& v) { return v.holds; });
}

std::string verdict_table(const std::vector<CheckedExpectation>& verdicts) {
  std::vector<Row> rows = {{"result", "expected", "obtained", "verdict", "source"}};
  for (const CheckedExpectation& verdict : verdicts) rows.push_back(row_of(verdict));
  return text_table(rows);
}

Json verdicts_json(const std::vector<CheckedExpectation>& verdicts) {
  Json list = Json::array();
  for (const CheckedExpectation& verdict : verdicts) {
    list.push_back({{"name", verdict.expectation.name},
                    {"expected", verdict.expectation.rule},
                    {"obtained", verdict.obtained ? Json(verdict.obtained->value) : Json()},
                    {"holds", verdict.holds},
                    {"source", verdict.expectation.source}});
  }
  return list;
}

}  // namespace gril

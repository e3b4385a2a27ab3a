#include "gril/runs/result.h"

#include <limits>
#include <set>
#include <string_view>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/json_file.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "results";
constexpr int64_t kVersion = 1;

std::string text_field(ConfigSection& section, const std::string& key) {
  section.need(key);
  return section.text(key, "");
}

/// A number, or null for one that was not finite.
double value_field(ConfigSection& section, const std::string& key) {
  section.need(key);
  const bool finite = !section.value(key).is_null();
  return finite ? section.number(key, 0.0) : std::numeric_limits<double>::quiet_NaN();
}

Result read_result(ConfigSection section) {
  Result result;
  result.name = text_field(section, "name");
  result.value = value_field(section, "value");
  result.unit = text_field(section, "unit");
  if (section.has("uncertainty")) result.uncertainty = value_field(section, "uncertainty");
  result.samples = section.integer("samples", 1, 1);
  result.source = text_field(section, "source");
  section.finish();
  return result;
}

std::vector<Result> read_tree(const Json& tree, const std::string& name) {
  ConfigSection root(tree, name);
  root.need("gril_results");
  root.integer("gril_results", kVersion, kVersion, kVersion);
  root.need("results");
  std::vector<Result> results;
  for (ConfigSection& section : root.sections("results")) {
    results.push_back(read_result(std::move(section)));
  }
  root.finish();
  return results;
}

/// The first name that stands twice, or "".
std::string repeated_name(const std::vector<Result>& results) {
  std::set<std::string> names;
  for (const Result& result : results) {
    if (!names.insert(result.name).second) return result.name;
  }
  return "";
}

}  // namespace

Json to_json(const Result& result) {
  Json entry = {{"name", result.name}, {"value", result.value}, {"unit", result.unit}};
  if (result.uncertainty) entry["uncertainty"] = *result.uncertainty;
  entry["samples"] = result.samples;
  entry["source"] = result.source;
  return entry;
}

void write_results(const std::filesystem::path& path, const std::vector<Result>& results) {
  Json list = Json::array();
  for (const Result& result : results) {
    require(!result.name.empty(), kWhere, path.string(), ": a result must have a name.");
    list.push_back(to_json(result));
  }
  const std::string repeated = repeated_name(results);
  require(repeated.empty(), kWhere, path.string(), ": names must differ; got \"", repeated,
          "\" twice.");
  write_json(path, {{"gril_results", kVersion}, {"results", std::move(list)}}, kWhere);
}

std::vector<Result> read_results(const std::filesystem::path& path) {
  const Json tree = read_json(path, kWhere);
  std::vector<Result> results;
  try {
    results = read_tree(tree, path.string());
  } catch (const InvalidArgument& error) {
    // A program wrote this file, so what is wrong in it is damage and not the caller's mistake.
    const std::string text = error.what();
    throw InvalidFile(concatenate("[results] ", text.substr(text.find(' ') + 1)));
  }
  const std::string repeated = repeated_name(results);
  require_file(repeated.empty(), kWhere, path.string(), ": names must differ; got \"", repeated,
               "\" twice.");
  return results;
}

}  // namespace gril

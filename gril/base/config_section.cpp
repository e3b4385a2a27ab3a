#include "gril/base/config_section.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gril/base/check.h"

namespace gril {
namespace {

/// A value as a message shows it: its JSON text, shortened.
std::string shown(const Json& value) {
  constexpr std::size_t kLongest = 60;
  if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    return concatenate(value.get<double>());
  }
  const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + " ...";
}

/// "an integer of at least 1 and at most 9", with only the bounds that there are.
template <typename Number>
std::string range_rule(const std::string& noun, Number lowest, Number highest, Number no_lowest,
                       Number no_highest) {
  const std::string low = lowest == no_lowest ? "" : concatenate(" of at least ", lowest);
  if (highest == no_highest) return noun + low;
  return concatenate(noun, low, low.empty() ? " of at most " : " and at most ", highest);
}

/// Whether a value is an integer that fits int64_t (unsigned ones above it do not).
bool holds_int64(const Json& value) {
  if (value.is_number_unsigned()) {
    return value.get<uint64_t>() <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  }
  return value.is_number_integer();
}

bool holds_finite_number(const Json& value) {
  return value.is_number() && std::isfinite(value.get<double>());
}

}  // namespace

ConfigSection::ConfigSection(Json tree, std::string where, std::string path)
    : tree_(std::move(tree)), where_(std::move(where)), path_(std::move(path)) {
  require(tree_.is_object(), "config", name(), path_.empty() ? ": " : " ", "must be a table; got ",
          shown(tree_), ".");
}

bool ConfigSection::has(const std::string& key) const { return tree_.contains(key); }

void ConfigSection::need(const std::string& key) const {
  require(has(key), "config", where_, ": \"", key_name(key), "\" must be given; got no such key.");
}

int64_t ConfigSection::integer(const std::string& key, int64_t fallback, int64_t lowest,
                               int64_t highest) {
  const Json* value = find(key);
  if (value == nullptr) return fallback;
  const bool good =
      holds_int64(*value) && value->get<int64_t>() >= lowest && value->get<int64_t>() <= highest;
  if (!good) {
    refuse(key, range_rule("an integer", lowest, highest, std::numeric_limits<int64_t>::min(),
                           std::numeric_limits<int64_t>::max()));
  }
  return value->get<int64_t>();
}

double ConfigSection::number(const std::string& key, double fallback, double lowest,
                             double highest) {
  const Json* value = find(key);
  if (value == nullptr) return fallback;
  const bool good = holds_finite_number(*value) && value->get<double>() >= lowest &&
                    value->get<double>() <= highest;
  if (!good) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    refuse(key, range_rule("a finite number", lowest, highest, -kInfinity, kInfinity));
  }
  return value->get<double>();
}

bool ConfigSection::flag(const std::string& key, bool fallback) {
  const Json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) refuse(key, "true or false");
  return value->get<bool>();
}

std::string ConfigSection::text(const std::string& key, const std::string& fallback) {
  const Json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_string()) refuse(key, "a text");
  return value->get<std::string>();
}

std::string ConfigSection::choice(const std::string& key, const std::string& fallback,
                                  const std::vector<std::string>& allowed) {
  const Json* value = find(key);
  if (value == nullptr) return fallback;
  std::string word = value->is_string() ? value->get<std::string>() : "";
  if (!value->is_string() || std::find(allowed.begin(), allowed.end(), word) == allowed.end()) {
    refuse(key, "one of " + join_words(allowed), suggestion(word, allowed));
  }
  return word;
}

std::vector<double> ConfigSection::numbers(const std::string& key,
                                           const std::vector<double>& fallback) {
  const Json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), holds_finite_number)) {
    refuse(key, "an array of finite numbers");
  }
  return value->get<std::vector<double>>();
}

std::vector<std::string> ConfigSection::texts(const std::string& key) {
  const Json* value = find(key);
  if (value == nullptr) return {};
  const auto is_text = [](const Json& element) { return element.is_string(); };
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), is_text)) {
    refuse(key, "an array of texts");
  }
  return value->get<std::vector<std::string>>();
}

Json ConfigSection::value(const std::string& key) {
  const Json* value = find(key);
  return value == nullptr ? Json() : *value;
}

ConfigSection ConfigSection::section(const std::string& key) {
  const Json* value = find(key);
  if (value == nullptr) return {Json::object(), where_, key_name(key)};
  if (!value->is_object()) refuse(key, "a table");
  return {*value, where_, key_name(key)};
}

std::vector<ConfigSection> ConfigSection::sections(const std::string& key) {
  const Json* value = find(key);
  std::vector<ConfigSection> result;
  if (value == nullptr) return result;
  const auto is_table = [](const Json& element) { return element.is_object(); };
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), is_table)) {
    refuse(key, "an array of tables");
  }
  result.reserve(value->size());
  for (const Json& element : *value) {
    result.emplace_back(element, where_, concatenate(key_name(key), '.', result.size()));
  }
  return result;
}

void ConfigSection::finish() const {
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (const auto& [key, value] : tree_.items()) {
    if (known_.contains(key)) continue;
    const std::string nearest = nearest_word(key, known);
    std::string advice;
    if (!nearest.empty()) {
      advice = concatenate(" Did you mean \"", key_name(nearest), "\"?");
    } else if (!known.empty()) {
      advice = concatenate(" Known keys: ", join_words(known), ".");
    }
    require(false, "config", where_, ": unknown key \"", key_name(key), "\".", advice);
  }
}

std::string ConfigSection::name() const {
  return path_.empty() ? where_ : concatenate(where_, ": \"", path_, '"');
}

const Json* ConfigSection::find(const std::string& key) {
  known_.insert(key);
  const auto found = tree_.find(key);
  return found == tree_.end() ? nullptr : &*found;
}

std::string ConfigSection::key_name(const std::string& key) const {
  return path_.empty() ? key : concatenate(path_, '.', key);
}

void ConfigSection::refuse(const std::string& key, const std::string& rule,
                           const std::string& advice) const {
  throw InvalidArgument(concatenate("[config] ", where_, ": \"", key_name(key), "\" must be ", rule,
                                    "; got ", shown(tree_.at(key)), ".", advice));
}

}  // namespace gril

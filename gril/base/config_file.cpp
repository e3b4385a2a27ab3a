#include "gril/base/config_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/config_nesting.h"
#include "gril/base/file.h"

namespace gril {
namespace {

/// Of a text that toml++ is given; whether its tree has more than kMostConfigLevels is seen then.
constexpr int kMostTomlLevels = 2 * kMostConfigLevels;

std::string place(const toml::source_position& position) {
  return concatenate("line ", position.line, ", column ", position.column);
}

Json tree_of(const toml::node& node, const std::string& where);

Json tree_of_table(const toml::table& table, const std::string& where) {
  // toml++ sorts its keys; their places in the text give back the order of the writer.
  struct Entry {
    toml::source_position position;
    std::string key;
    const toml::node* value;
  };
  std::vector<Entry> entries;
  for (const auto& [key, value] : table) {
    entries.push_back({key.source().begin, std::string(key.str()), &value});
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.position < b.position; });
  Json tree = Json::object();
  for (const Entry& entry : entries) tree[entry.key] = tree_of(*entry.value, where);
  return tree;
}

Json tree_of(const toml::node& node, const std::string& where) {
  if (const toml::table* table = node.as_table()) return tree_of_table(*table, where);
  if (const toml::array* array = node.as_array()) {
    Json tree = Json::array();
    for (const toml::node& element : *array) tree.push_back(tree_of(element, where));
    return tree;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  throw InvalidFile(concatenate("[config] ", where, ": ", place(node.source().begin),
                                ": must be a number, a text, true, false, an array or a table; got "
                                "a date or time. Write it in quotes."));
}

std::string number_text(double value) {
  constexpr std::size_t kLongest = 32;
  char digits[kLongest];
  const auto end = std::to_chars(digits, digits + kLongest, value).ptr;
  std::string text(digits, end);
  const bool integral = text.find_first_not_of("-0123456789") == std::string::npos;
  return integral ? text + ".0" : text;
}

/// A TOML basic string. JSON escapes the same characters, but for DEL.
std::string quoted(const std::string& text) {
  std::string escaped;
  try {
    escaped = Json(text).dump();
  } catch (const Json::type_error&) {
    throw InvalidArgument("[config] a text for a TOML file must be UTF-8; got other bytes.");
  }
  for (std::size_t at = escaped.find('\x7f'); at != std::string::npos; at = escaped.find('\x7f')) {
    escaped.replace(at, 1, "\\u007F");
  }
  return escaped;
}

std::string key_text(const std::string& key) {
  const auto is_bare = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !key.empty() && std::all_of(key.begin(), key.end(), is_bare) ? key : quoted(key);
}

/// A value on one line; tables inside arrays that are not arrays of tables become inline tables.
std::string value_text(const Json& value, const std::string& name) {
  if (value.is_string()) return quoted(value.get<std::string>());
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_float()) return number_text(value.get<double>());
  if (value.is_number_unsigned()) {
    require(value.get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX), "config", '"', name,
            "\": TOML integers end at ", INT64_MAX, "; got ", value.get<uint64_t>(), ".");
  }
  if (value.is_number()) return value.dump();
  require(value.is_structured(), "config", '"', name, "\" must have a value; got null.");
  std::string text(value.is_array() ? "[" : "{");
  for (const auto& [key, element] : value.items()) {
    if (text.size() > 1) text += ", ";
    if (value.is_object()) text += key_text(key) + " = ";
    text += value_text(element, name);
  }
  return text + (value.is_array() ? "]" : "}");
}

bool is_array_of_tables(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const Json& e) { return e.is_object(); });
}

/// Values of the table first: after a [header] they would belong to the sub-table.
void append_table(const Json& table, const std::string& path, std::string& text) {
  const auto name_of = [&path](const std::string& key) {
    return path.empty() ? key_text(key) : path + "." + key_text(key);
  };
  for (const auto& [key, value] : table.items()) {
    if (value.is_object() || is_array_of_tables(value)) continue;
    text += key_text(key) + " = " + value_text(value, name_of(key)) + "\n";
  }
  for (const auto& [key, value] : table.items()) {
    const std::string name = name_of(key);
    if (value.is_object()) {
      text += (text.empty() ? "[" : "\n[") + name + "]\n";
      append_table(value, name, text);
    } else if (is_array_of_tables(value)) {
      for (const Json& element : value) {
        text += (text.empty() ? "[[" : "\n[[") + name + "]]\n";
        append_table(element, name, text);
      }
    }
  }
}

}  // namespace

Json read_toml(const std::filesystem::path& path) {
  constexpr uint64_t kMostBytes = 10'000'000;
  const std::string text = read_file(path, "config", kMostBytes);
  const std::string name = path.string();
  const auto check_levels = [&](int levels, int most) {
    require_file(levels <= most, "config", name, ": may be nested ", kMostConfigLevels,
                 " levels deep; got more.");
  };
  check_levels(toml_nesting(text), kMostTomlLevels);
  try {
    Json tree = tree_of_table(toml::parse(text, name), name);
    check_levels(nesting(tree), kMostConfigLevels);
    return tree;
  } catch (const toml::parse_error& error) {
    throw InvalidFile(concatenate("[config] ", name, ": ", place(error.source().begin),
                                  ": must be TOML; got: ", error.description(), "."));
  }
}

std::string toml_text(const Json& tree) {
  require(tree.is_object(), "config", "a TOML file must be a table; got ", tree.type_name(), ".");
  std::string text;
  append_table(tree, "", text);
  return text;
}

Json toml_value(const std::string& text) {
  if (toml_nesting(text) > kMostTomlLevels) return {};
  try {
    const toml::table table = toml::parse("value = " + text);
    const bool single = table.size() == 1 && text.find('\n') == std::string::npos;
    return single ? tree_of(*table.get("value"), "value") : Json();
  } catch (const toml::parse_error&) {
    return {};
  } catch (const InvalidFile&) {
    return {};
  }
}

}  // namespace gril

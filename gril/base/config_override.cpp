#include <algorithm>
#include <string_view>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/base/config_nesting.h"

namespace gril {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A text that needs no quotes: it starts like a word or a path, so no number is mistaken for it.
bool is_bare_word(const std::string& text) {
  const auto allowed = [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("_-+./:@~").find(c) != std::string::npos;
  };
  const bool starts = is_letter(text[0]) || text[0] == '_' || text[0] == '/' || text[0] == '~' ||
                      text.starts_with("./") || text.starts_with("../");
  return starts && std::all_of(text.begin(), text.end(), allowed);
}

std::vector<std::string> split_key(const std::string& key) {
  std::vector<std::string> parts(1);
  for (const char c : key) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// The element of `node` that `part` names, made when the table lacks it.
Json& child(Json& node, const std::string& part, const std::string& where,
            const std::string& parent) {
  if (node.is_object()) return node[part];
  require(node.is_array(), "config", where, ": \"", parent, "\" must be a table; got ",
          node.type_name(), ".");
  constexpr std::size_t kMostDigits = 9;
  const bool is_index =
      part.size() <= kMostDigits && std::all_of(part.begin(), part.end(), is_digit);
  const bool inside = is_index && std::stoul(part) < node.size();
  require(inside, "config", where, ": \"", parent, "\" has ", node.size(),
          " elements, counted from 0; got \"", part, "\".");
  return node[std::stoul(part)];
}

}  // namespace

void apply_override(Json& tree, const std::string& assignment) {
  const std::string where = "override \"" + assignment + "\"";
  const std::size_t equals = assignment.find('=');
  require(equals != std::string::npos, "config", where,
          " must be key=value; got no \"=\". Write, for example, training.steps=100.");
  const std::string text = assignment.substr(equals + 1);
  const std::vector<std::string> parts = split_key(assignment.substr(0, equals));
  const bool named = std::none_of(parts.begin(), parts.end(),
                                  [](const std::string& part) { return part.empty(); });
  require(named, "config", where, " must have a key before \"=\"; got an empty one.");
  require(!text.empty(), "config", where, " must have a value after \"=\"; got none.");
  Json value = toml_value(text);
  if (value.is_null() && is_bare_word(text)) value = text;
  require(!value.is_null(), "config", where, ": the value must be TOML or a bare word; got ", text,
          ". Put a text in quotes.");

  const auto check_levels = [&](std::size_t levels) {
    require(levels <= kMostConfigLevels, "config", where, ": a configuration may be nested ",
            kMostConfigLevels, " levels deep; got more.");
  };
  check_levels(parts.size());
  Json changed = tree;
  Json* node = &changed;
  std::string path;
  for (const std::string& part : parts) {
    if (node->is_null()) *node = Json::object();
    node = &child(*node, part, where, path);
    path += (path.empty() ? "" : ".") + part;
  }
  require(!node->is_object() || value.is_object(), "config", where, ": \"", path,
          "\" is a table; got a value for it. Name one of its keys, or give a whole table.");
  *node = std::move(value);
  check_levels(static_cast<std::size_t>(nesting(changed)));
  tree = std::move(changed);
}

}  // namespace gril

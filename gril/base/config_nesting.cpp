#include "gril/base/config_nesting.h"

#include <algorithm>
#include <vector>

namespace gril {
namespace {

/// The place behind the text that begins with a quote at `begin`; an open text ends with its line,
/// or, in three quotes, with the file.
std::size_t end_of_text(std::string_view toml, std::size_t begin) {
  const char quote = toml[begin];
  const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
  const bool lines = toml.substr(begin).starts_with(three);
  for (std::size_t at = begin + (lines ? 3 : 1); at < toml.size(); ++at) {
    if (quote == '"' && toml[at] == '\\') {
      ++at;
    } else if (lines && toml.substr(at).starts_with(three)) {
      at += 3;
      while (at < toml.size() && toml[at] == quote) ++at;  // quotes that end the text itself
      return at;
    } else if (!lines && (toml[at] == quote || toml[at] == '\n')) {
      return at + 1;
    }
  }
  return toml.size();
}

}  // namespace

int nesting(const Json& tree) {
  if (!tree.is_structured()) return 0;
  int inside = 0;
  for (const Json& element : tree) inside = std::max(inside, nesting(element));
  return inside + 1;
}

int toml_nesting(std::string_view text) {
  std::vector<int> parts_before;  // those of the key in front of every open bracket
  int brackets = 0;               // levels of all open brackets and those keys
  int parts = 0;                  // of the key, or number, that is being read
  int deepest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = end_of_text(text, at);
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '.') ++parts;
    if (c == ',' || c == '\n') parts = 0;
    if (c == '[' || c == '{') {
      parts_before.push_back(parts);
      brackets += parts + 1;
      parts = 0;
    }
    if ((c == ']' || c == '}') && !parts_before.empty()) {
      parts = parts_before.back();
      brackets -= parts + 1;
      parts_before.pop_back();
    }
    deepest = std::max(deepest, brackets + parts);
    ++at;
  }
  return deepest;
}

}  // namespace gril

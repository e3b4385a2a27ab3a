#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/json.h"

namespace gril {

/// Text from outside as a message shows it: JSON with quotes, ASCII only, shortened.
inline std::string shown_text(const std::string& text) {
  constexpr std::size_t kLongest = 60;
  const std::string quoted = Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
  return quoted.size() <= kLongest ? quoted : concatenate(quoted.substr(0, kLongest), " ...");
}

/// How deep JSON from outside may be nested: trees are copied, compared and written by recursion.
inline constexpr int kMostJsonLevels = 100;

/// Parses JSON from outside. Tree: Json, or nlohmann::json where a text may hold very many keys
/// (its look-up by key takes logarithmic time, that of Json linear time).
/// Errors: InvalidFile "[where] subject must be JSON; ..." for a syntax error, a number beyond all
/// ranges, more than kMostJsonLevels arrays and objects inside each other, and a key that stands
/// twice in one object.
template <typename Tree>
Tree parse_json(std::string_view text, std::string_view where, const std::string& subject) {
  std::vector<std::set<std::string>> keys_of_open_objects;
  const auto note = [&](int depth, typename Tree::parse_event_t event, Tree& parsed) {
    const bool opens =
        event == Tree::parse_event_t::object_start || event == Tree::parse_event_t::array_start;
    require_file(!opens || depth < kMostJsonLevels, where, subject, " may be nested ",
                 kMostJsonLevels, " levels deep; got more.");
    if (event == Tree::parse_event_t::object_start) keys_of_open_objects.emplace_back();
    if (event == Tree::parse_event_t::object_end) keys_of_open_objects.pop_back();
    if (event == Tree::parse_event_t::key) {
      const auto key = parsed.template get<std::string>();
      require_file(keys_of_open_objects.back().insert(key).second, where, subject,
                   " must have each key once; got ", shown_text(key), " twice.");
    }
    return true;
  };
  try {
    return Tree::parse(text, note);
  } catch (const typename Tree::parse_error& error) {
    throw InvalidFile(concatenate('[', where, "] ", subject, " must be JSON; got an error at byte ",
                                  error.byte, "."));
  } catch (const typename Tree::exception&) {
    throw InvalidFile(
        concatenate('[', where, "] ", subject, " must be JSON; got a number beyond all ranges."));
  }
}

}  // namespace gril

#include "cli/integer_option.h"

#include <charconv>
#include <system_error>

#include "gril/base/check.h"

namespace gril::cli {
namespace {

/// Digits as a person writes them. CLI11 would read 010 as 8.
bool is_decimal(const std::string& text) {
  const std::size_t sign = text.rfind('-', 0) == 0 ? 1 : 0;
  const bool digits =
      text.size() > sign && text.find_first_not_of("0123456789", sign) == std::string::npos;
  return digits && (text[sign] != '0' || text == "0");
}

}  // namespace

CLI::Validator integer_from(int64_t lowest, int64_t highest) {
  const auto fault = [lowest, highest](const std::string& text) -> std::string {
    int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = is_decimal(text) && read.ec == std::errc();
    if (whole && number >= lowest && number <= highest) return "";
    return concatenate("must be an integer from ", lowest, " to ", highest, "; got \"", text, '"');
  };
  return CLI::Validator([fault](std::string& text) { return fault(text); }, "");
}

}  // namespace gril::cli

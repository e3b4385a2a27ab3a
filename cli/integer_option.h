#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

namespace gril::cli {

/// What every integer on the command line must be: decimal digits, with a minus where `lowest` is
/// below 0, in [lowest, highest]. No sign, exponent, fraction, leading zero or other base.
///
///     [compare] --tasks: must be an integer from 1 to 9223372036854775807; got "1e3". See: …
CLI::Validator integer_from(int64_t lowest, int64_t highest);

/// The type of the numbers that an option gives: T, of std::optional<T> and std::vector<T>.
template <typename T, typename = void>
struct NumberOf {
  using type = T;
};
template <typename T>
struct NumberOf<T, std::void_t<typename T::value_type>> {
  using type = typename T::value_type;
};

/// The largest value of `Number` that int64_t holds: 2^63 - 1 for seeds.
template <typename Number>
constexpr int64_t highest_integer() {
  constexpr auto kHighest = static_cast<uint64_t>(std::numeric_limits<Number>::max());
  return static_cast<int64_t>(
      std::min(kHighest, static_cast<uint64_t>(std::numeric_limits<int64_t>::max())));
}

/// Adds an option whose value is an integer, or each of whose values is one, of at least `lowest`.
/// Counts are at least 1, seeds from 0 to 2^63 - 1.
template <typename T>
CLI::Option* add_integer(CLI::App& command, const std::string& names, T& variable,
                         const std::string& description, int64_t lowest) {
  using Number = typename NumberOf<T>::type;
  static_assert(std::is_integral_v<Number>);
  return command.add_option(names, variable, description)
      ->check(integer_from(lowest, highest_integer<Number>()));
}

}  // namespace gril::cli

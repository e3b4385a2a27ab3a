#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <string>

namespace gril {

/// The text of the exception that `action` throws. Fails the test when it throws nothing or
/// something that is not an `Error`.
template <typename Error, typename Action>
std::string error_text(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "an exception of another type: " << error.what();
    return "";
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

}  // namespace gril

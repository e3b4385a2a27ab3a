#pragma once

#include <string>

#include "gril/base/json.h"

namespace gril::bench {

/// The result of a benchmark for a person: machine, one line per row under its shape, and every
/// figure with what it should reach, "met" or "NOT MET", and how many are met.
std::string report_text(const Json& result);

}  // namespace gril::bench

#pragma once

#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/runs/run_directory.h"

namespace gril {

/// How often a part occurs in a text.
int count(const std::string& text, const std::string& part);

/// What a browser would stumble over: elements that are opened and not closed, in the wrong order
/// or with < in an attribute, ids used twice, anything that would be loaded from elsewhere. Empty
/// for a well-formed, self-contained page.
std::vector<std::string> page_faults(const std::string& page);

/// Numbers in cells of tables that stand in none of the run's JSON files, as the page rounds them;
/// whole numbers below 100, which are positions, are left aside.
std::vector<std::string> foreign_numbers(const std::string& page, const RunDirectory& run);

}  // namespace gril

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"

/// Matrices inside claims: an array of rows.
namespace gril {

/// `numbers` is (rows, columns), row-major.
Json matrix_to_json(const std::vector<double>& numbers, int64_t columns);

/// Errors: InvalidArgument "[where] name must be …" unless `tree` is `rows` arrays of `columns`
/// finite numbers.
std::vector<double> matrix_from_json(const Json& tree, int64_t rows, int64_t columns,
                                     const std::string& where, const std::string& name);

}  // namespace gril

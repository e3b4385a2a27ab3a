#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gril/base/json_value.h"
#include "gril/report/figure.h"
#include "gril/report/html_page.h"

namespace gril {

/// Numbers of an analysis as curves and tables. `rows` is a list of objects with equal
/// keys; a number that does not exist is a gap in a curve and "–" in a table.
/// errors  InvalidFile for a key that is absent or of another type

/// The numbers under one key.
std::vector<double> column(const JsonValue& rows, const char* key);

/// Those of them that exist.
std::vector<double> finite_numbers(const std::vector<double>& values);

/// A curve with band out of rows whose `key` is an estimate.
Curve estimate_curve(const JsonValue& rows, const char* x, const char* key, const std::string& name,
                     Colour colour, Stroke stroke);

/// A horizontal line from x = `first` to `last`.
Curve level(const std::string& name, double y, double first, double last, Colour colour,
            Stroke stroke);

/// 1, 2, …, count: the x of a list.
std::vector<double> positions(std::size_t count);

/// Below it a logarithmic axis says nothing: float64 rounds there.
inline constexpr double kAxisFloor = 1e-16;

/// The same values, those below kAxisFloor at it: a logarithmic axis has no 0.
std::vector<double> floored(const std::vector<double>& values);

/// Whether positive values, bands included, differ by so much that a linear axis would hide the
/// small ones. Never where a value is 0 or negative.
bool spans_decades(const std::vector<Curve>& curves);

/// One row per row of JSON, with the listed keys and their titles; texts stay, estimates become
/// value and interval.
HtmlTable table_of(const JsonValue& rows,
                   const std::vector<std::pair<std::string, std::string>>& keys);

}  // namespace gril

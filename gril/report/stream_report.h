#pragma once

#include <filesystem>
#include <string>

#include "gril/base/json.h"

namespace gril {

/// The errors along a stream as one self-contained HTML page: the regret of every method against
/// the reference (its cumulative squared error minus that of recursive least squares) over the
/// rows.
///
/// curve    as gril stream --curve writes it (curve_json in gril/stream/stream_summary.h)
/// name     of the file, for the page and for messages
/// errors   InvalidFile "[report] name: …" for a tree of another form; those of run_gnuplot
std::string stream_report(const Json& curve, const std::string& name);

/// Reads `curve` and writes the page beside it, with the extension .html. Returns its path.
/// errors  those of read_json, stream_report and write_file_atomically.
std::filesystem::path write_stream_report(const std::filesystem::path& curve);

}  // namespace gril

#pragma once

#include <filesystem>
#include <string>

#include "gril/base/json.h"
#include "gril/report/html_page.h"

namespace gril {

/// The rows of a ranking (gril/analysis/ranking.h, to_json) as a table: place, name, kind,
/// parameters, training sequences, seeds, loss with interval, range over seeds, ratio to one step,
/// and accuracy where there is one.
HtmlTable ranking_table(const Json& ranking);

/// A ranking as one self-contained HTML page: which network and which classical method lead, losses
/// with their intervals and seeds in one figure, the table, what was tuned, the task.
/// errors  InvalidFile "[report] …" when the JSON is of another format or kind; those of
/// run_gnuplot
std::string ranking_report(const Json& ranking);

/// Writes it to `path`, atomically.
void write_ranking_report(const Json& ranking, const std::filesystem::path& path);

}  // namespace gril

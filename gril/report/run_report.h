#pragma once

#include <string>

#include "gril/runs/run_directory.h"

namespace gril {

/// The report of an analyzed run, whatever the kind of its analysis, as one self-contained HTML
/// page: what the network does in one sentence, the numbers with their conventions, the figures
/// with the numbers behind them, where everything comes from. Every number is read from
/// RUN/analysis/*.json, RUN/config.toml and RUN/provenance.json.
///
/// errors  InvalidArgument "[report] …" when the run is not analyzed; those of run_gnuplot
/// cost    one gnuplot process per figure, together one to two seconds
std::string run_report(const RunDirectory& run);

/// Writes it to RUN/report.html, atomically.
void write_run_report(const RunDirectory& run);

}  // namespace gril

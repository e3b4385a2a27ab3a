#include "cli/bench/report_text.h"

#include <iomanip>
#include <sstream>

namespace gril::bench {
namespace {

std::string machine_text(const Json& machine) {
  std::ostringstream text;
  text << machine["processor"].get<std::string>() << ", " << machine["processors"].get<int>()
       << " processor(s), " << machine["threads"].get<int>() << " thread(s), "
       << machine["instruction_set"].get<std::string>() << ", libtorch "
       << machine["libtorch"].get<std::string>() << ", " << machine["blas"].get<std::string>()
       << ", load " << machine["load"].get<double>() << ", commit "
       << machine["commit"].get<std::string>() << '\n';
  return text.str();
}

/// Rows with the same title stand together.
std::string title_of(const Json& row) {
  if (row.contains("inputs")) return row["inputs"].dump() + " features";
  if (!row.contains("shape")) return row["what"].get<std::string>();
  return row["what"].get<std::string>() + " " + row["shape"].get<std::string>() + ", " +
         row["pass"].get<std::string>();
}

void write_operator(std::ostream& text, const Json& row) {
  text << std::setprecision(2) << std::setw(10) << 1e3 * row["median_seconds"].get<double>()
       << " ms (best " << std::setw(8) << 1e3 * row["best_seconds"].get<double>() << ")  ";
  if (row.contains("bytes_per_second")) {
    text << std::setprecision(0) << std::setw(4) << row["bytes_per_second"].get<double>() / 1e9
         << " GB/s";
  } else {
    text << std::setw(9) << "";
  }
  if (row.contains("share_of_stream"))
    text << std::setw(5) << 100 * row["share_of_stream"].get<double>() << " % of the stream";
  text << "  error " << std::scientific << std::setprecision(1)
       << row["relative_error"].get<double>() << std::fixed;
}

void write_training(std::ostream& text, const Json& row) {
  text << std::setprecision(1) << std::setw(9) << row["median_steps_per_second"].get<double>()
       << " steps/s (best " << row["best_steps_per_second"].get<double>() << "), "
       << row["threads"].get<int>() << " thread(s)";
}

void write_stream(std::ostream& text, const Json& row) {
  text << std::setw(8) << row["median_nanoseconds"].get<int64_t>() << " ns, 99 %" << std::setw(8)
       << row["percentile_99_nanoseconds"].get<int64_t>() << " ns, largest" << std::setw(9)
       << row["largest_nanoseconds"].get<int64_t>() << " ns; " << std::setprecision(0)
       << std::setw(9) << row["calls_per_second"].get<double>() << " rows/s";
}

void write_row(std::ostream& text, const Json& row) {
  text << "  " << std::left << std::setw(48) << row["method"].get<std::string>() << std::right
       << std::fixed;
  if (row.contains("median_seconds")) write_operator(text, row);
  if (row.contains("median_steps_per_second")) write_training(text, row);
  if (row.contains("median_nanoseconds")) write_stream(text, row);
  text << '\n';
}

bool has_target(const Json& goal) {
  return goal["at_least"].get<double>() > 0 || goal.contains("at_most");
}

void write_goal(std::ostream& text, const Json& goal) {
  text << "  " << std::left << std::setw(92) << goal["what"].get<std::string>() << std::right
       << std::fixed << std::setprecision(3) << std::setw(9) << goal["reached"].get<double>();
  if (has_target(goal)) {
    const auto at_least = goal["at_least"].get<double>();
    text << std::defaultfloat << "  wanted";
    if (at_least > 0) text << " at least " << at_least;
    if (goal.contains("at_most")) text << " at most " << goal["at_most"].get<double>();
    text << (goal["met"].get<bool>() ? ": met" : ": NOT MET");
  }
  text << '\n';
}

}  // namespace

std::string report_text(const Json& result) {
  std::ostringstream text;
  text << machine_text(result["machine"]);
  if (result.contains("clock_nanoseconds"))
    text << "every time holds " << result["clock_nanoseconds"].get<int64_t>()
         << " ns of the clock\n";
  std::string title;
  for (const Json& row : result["rows"]) {
    if (title_of(row) != title) text << '\n' << title_of(row) << '\n';
    title = title_of(row);
    write_row(text, row);
  }
  text << "\nFigures\n";
  int targets = 0, met = 0;
  for (const Json& goal : result["goals"]) {
    write_goal(text, goal);
    if (!has_target(goal)) continue;
    ++targets;
    if (goal["met"].get<bool>()) ++met;
  }
  if (targets > 0) text << "  " << met << " of " << targets << " wanted figures are met.\n";
  return text.str();
}

}  // namespace gril::bench

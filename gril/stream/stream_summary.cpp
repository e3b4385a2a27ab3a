#include "gril/stream/stream_summary.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "gril/base/check.h"

namespace gril::stream {
namespace {

constexpr double kNanosecondsPerMicrosecond = 1e3;

std::string readable(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string percent(double share) {
  if (!std::isfinite(share)) return "-";
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << 100.0 * share << " %";
  return text.str();
}

void set_ranks(std::vector<MethodSummary>& methods) {
  for (MethodSummary& method : methods) {
    method.rank = 1 + static_cast<int>(std::count_if(
                          methods.begin(), methods.end(), [&method](const MethodSummary& other) {
                            return other.mean_squared_error < method.mean_squared_error;
                          }));
  }
}

std::vector<MethodSummary> by_rank(std::vector<MethodSummary> methods) {
  std::stable_sort(methods.begin(), methods.end(),
                   [](const auto& a, const auto& b) { return a.rank < b.rank; });
  return methods;
}

void print_methods(std::ostream& text, const std::vector<MethodSummary>& ranked) {
  text << "rank  method                                            RMSE          MSE  standardised "
          "MSE  unexplained\n";
  for (const MethodSummary& method : ranked) {
    text << std::setw(4) << method.rank << "  " << std::left << std::setw(42)
         << readable(method.name) << std::right << std::setprecision(5) << std::setw(12)
         << method.root_mean_squared_error << ' ' << std::setw(12) << method.mean_squared_error
         << ' ' << std::setw(17) << method.standardised_mean_squared_error << ' ' << std::setw(12)
         << percent(method.unexplained) << '\n';
  }
}

void print_winner(std::ostream& text, const std::vector<MethodSummary>& ranked) {
  const MethodSummary& best = ranked.front();
  const auto model = std::find_if(ranked.begin(), ranked.end(), [](const MethodSummary& method) {
    return method.name == kMethodNames.front();
  });
  if (model->rank == 1) {
    text << "Best: gril, which leaves " << percent(model->unexplained)
         << " of the running mean's error.\n";
    return;
  }
  text << "Best: " << readable(best.name) << ", which leaves " << percent(best.unexplained)
       << " of the running mean's error; gril leaves " << percent(model->unexplained)
       << " and is number " << model->rank << " of " << ranked.size() << ".\n";
}

// One line per method: names are long, rows are few.
void print_running_error(std::ostream& text, const std::vector<MethodSummary>& ranked) {
  text << "RMSE of the first part of the stream\n" << std::setw(42) << "rows";
  for (const auto& point : ranked.front().running) text << std::setw(11) << point.rows;
  text << '\n' << std::setprecision(5);
  for (const MethodSummary& method : ranked) {
    text << std::left << std::setw(42) << readable(method.name) << std::right;
    for (const auto& point : method.running) text << std::setw(11) << std::sqrt(point.mean);
    text << '\n';
  }
}

Json number_or_null(double number) { return std::isfinite(number) ? Json(number) : Json(nullptr); }

Json method_json(const MethodSummary& method) {
  Json running = Json::array();
  for (const ErrorCurve::Point& point : method.running) {
    running.push_back({{"rows", point.rows}, {"mean_squared_error", number_or_null(point.mean)}});
  }
  return {
      {"name", method.name},
      {"rank", method.rank},
      {"mean_squared_error", number_or_null(method.mean_squared_error)},
      {"root_mean_squared_error", number_or_null(method.root_mean_squared_error)},
      {"standardised_mean_squared_error", number_or_null(method.standardised_mean_squared_error)},
      {"unexplained", number_or_null(method.unexplained)},
      {"running", running}};
}

}  // namespace

void require_scored(const StreamComparison& comparison) {
  require(comparison.scored_rows() > 0, "stream",
          "--warm-up must leave rows to score and the target must vary; got ",
          comparison.warm_up_rows(),
          " rows, all of them warm-up. Give a longer table or a smaller "
          "--warm-up.");
}

StreamSummary summarise(const StreamComparison& comparison) {
  StreamSummary summary;
  summary.scored_rows = comparison.scored_rows();
  summary.warm_up_rows = comparison.warm_up_rows();
  if (summary.scored_rows == 0) return summary;
  const auto rows = static_cast<double>(summary.scored_rows);
  const double mean_error = comparison.errors().sum(kMethods - 1);
  for (std::size_t i = 0; i < kMethods; ++i) {
    MethodSummary method;
    method.name = kMethodNames[i];
    method.mean_squared_error = comparison.errors().sum(i) / rows;
    method.root_mean_squared_error = std::sqrt(method.mean_squared_error);
    method.standardised_mean_squared_error =
        comparison.standardised_errors().sum(i) /
        static_cast<double>(comparison.standardised_errors().rows());
    method.unexplained = comparison.errors().sum(i) / mean_error;
    for (std::size_t part = 0; part < method.running.size(); ++part) {
      const double fraction =
          static_cast<double>(part + 1) / static_cast<double>(method.running.size());
      method.running[part] = comparison.errors().at(fraction, i);
    }
    summary.methods.push_back(method);
  }
  set_ranks(summary.methods);
  summary.median_nanoseconds = comparison.latency().percentile(0.5);
  summary.percentile_99_nanoseconds = comparison.latency().percentile(0.99);
  summary.largest_nanoseconds = comparison.latency().largest();
  return summary;
}

Json to_json(const StreamSummary& summary) {
  Json methods = Json::array();
  for (const MethodSummary& method : summary.methods) methods.push_back(method_json(method));
  const auto best = std::min_element(summary.methods.begin(), summary.methods.end(),
                                     [](const auto& a, const auto& b) { return a.rank < b.rank; });
  return {{"model", summary.model},
          {"table", summary.table},
          {"target", summary.target},
          {"features", summary.features},
          {"intercept", summary.intercept},
          {"standardised", summary.standardised},
          {"scored_rows", summary.scored_rows},
          {"warm_up_rows", summary.warm_up_rows},
          {"skipped_rows", summary.skipped_rows},
          {"best", best == summary.methods.end() ? Json() : Json(best->name)},
          {"methods", methods},
          {"latency_nanoseconds",
           {{"median", summary.median_nanoseconds},
            {"percentile_99", summary.percentile_99_nanoseconds},
            {"largest", summary.largest_nanoseconds}}}};
}

Json curve_json(const StreamSummary& summary, const StreamComparison& comparison) {
  constexpr int kPoints = 200;
  const ErrorCurve& errors = comparison.standardised_errors();
  Json rows = Json::array();
  std::vector<Json> sums(kMethods, Json::array());
  int64_t last = 0;
  for (int i = 1; i <= kPoints; ++i) {
    const double fraction = static_cast<double>(i) / kPoints;
    if (errors.at(fraction, 0).rows == last) continue;
    last = errors.at(fraction, 0).rows;
    rows.push_back(last);
    for (std::size_t method = 0; method < kMethods; ++method) {
      const double mean = errors.at(fraction, method).mean;
      sums[method].push_back(number_or_null(mean * static_cast<double>(last)));
    }
  }
  Json methods = Json::array();
  for (std::size_t method = 0; method < kMethods; ++method) {
    methods.push_back({{"name", kMethodNames[method]}, {"cumulative", sums[method]}});
  }
  return {{"kind", "gril_stream_curve"}, {"model", summary.model},       {"table", summary.table},
          {"target", summary.target},    {"reference", kMethodNames[1]}, {"rows", rows},
          {"methods", methods}};
}

std::string to_text(const StreamSummary& summary) {
  if (summary.scored_rows == 0) {
    return concatenate(summary.table, ": ", summary.warm_up_rows,
                       " rows, all of them warm-up; none was scored.\n");
  }
  const std::vector<MethodSummary> ranked = by_rank(summary.methods);
  std::ostringstream text;
  text << summary.table << ": " << summary.scored_rows << " rows predicted before their target \""
       << summary.target << "\" was shown (" << summary.features.size() << " features"
       << (summary.intercept ? " and the intercept" : "") << "; " << summary.warm_up_rows
       << " warm-up rows, " << summary.skipped_rows << " skipped)\n\n";
  print_methods(text, ranked);
  text << '\n';
  print_winner(text, ranked);
  text << "gril takes " << std::setprecision(3)
       << static_cast<double>(summary.median_nanoseconds) / kNanosecondsPerMicrosecond
       << " us per row, predicting and learning (99 % of the rows at most "
       << static_cast<double>(summary.percentile_99_nanoseconds) / kNanosecondsPerMicrosecond
       << " us).\n\n";
  print_running_error(text, ranked);
  return text.str();
}

}  // namespace gril::stream

#include "cli/stream_command.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/csv_table.h"
#include "gril/base/file.h"
#include "gril/base/unpacked_file.h"
#include "gril/stream/in_context_regressor.h"
#include "gril/stream/prediction_table.h"
#include "gril/stream/stream_comparison.h"
#include "gril/stream/stream_summary.h"
#include "gril/stream/table_columns.h"
#include "gril/stream/table_reader.h"

namespace gril::cli {
namespace {

constexpr std::string_view kWhere = "stream";

struct StreamOptions {
  std::string model;
  std::string table;
  std::string output;
  std::string missing = "error";
  stream::ColumnOptions columns;
  stream::ComparisonOptions comparison;
  bool no_standardise = false;
  bool no_intercept = false;
  bool force = false;
  bool json = false;
};

constexpr const char* kFooter =
    R"(Example: one step of gradient descent on about the last 1000 rows of the table that comes with gril
  gril construct gradient-descent --inputs 10 --outputs 1 --layout windowed --examples 1000 \
       --decay 0.999 --learning-rate 0.2 -o descent.safetensors
  gril stream descent.safetensors data/bike_sharing/hourly.csv --target cnt --output predicted.csv
--inputs counts the feature columns and the intercept. --decay 1 - 1/N with --examples N gives the sums
of a stream without end the size of those of N examples. --learning-rate 2 / inputs is the largest one
that never does worse than the mean on a long, steady stream, however its standardised columns correlate.)";

void check_output(const StreamOptions& options) {
  if (options.output.empty() || !std::filesystem::exists(options.output)) return;
  require(options.force, kWhere, "--output must name a new file; got ", options.output,
          ", which exists. Add --force to replace it.");
  std::error_code ignored;
  for (const std::string& input : {options.table, options.model}) {
    require(!std::filesystem::equivalent(options.output, input, ignored), kWhere,
            "--output must differ from the files that are read; got ", options.output,
            ". Name another file.");
  }
}

/// Where predictions go: a file that appears when it is complete, stdout, or nowhere.
class PredictionOutput {
 public:
  explicit PredictionOutput(const StreamOptions& options)
      : to_stdout_(options.output.empty() && !options.json), at_once_(options.table == "-") {
    if (!options.output.empty()) file_.emplace(options.output, kWhere);
    table_.emplace([this](std::string_view text) { write(text); }, stream::kMethodNames);
  }

  void add(int64_t row, double target, const std::array<double, stream::kMethods>& predictions) {
    if (!file_ && !to_stdout_) return;
    table_->add(row, target, predictions);
    if (to_stdout_ && at_once_) table_->flush();
  }

  void finish() {
    table_->flush();
    if (file_) file_->commit();
  }

 private:
  void write(std::string_view text) {
    if (file_) file_->write(text);
    if (!to_stdout_) return;
    std::cout << text << std::flush;
    require_file(std::cout.good(), kWhere,
                 "the standard output must take the predictions; got an error. Use --output FILE.");
  }

  bool to_stdout_;
  bool at_once_;  // a table that comes through a pipe may be live: every line counts
  std::optional<AtomicFile> file_;
  std::optional<stream::PredictionTable> table_;
};

int run_stream(const StreamOptions& options, std::istream& input, const std::string& name) {
  stream::InContextRegressor model(options.model);
  CsvTable table(input, "stream", name);
  const auto choice = stream::choose_columns(table.columns(), options.columns, name);
  stream::StreamComparison comparison(std::move(model), choice.feature_names, options.comparison);
  PredictionOutput output(options);
  const bool skip = options.missing == "skip-row";
  stream::TableReader rows(table, choice,
                           skip ? stream::MissingCells::kSkipRow : stream::MissingCells::kRefuse);
  while (rows.next()) {
    const bool scored = comparison.predict(rows.features());
    if (scored) output.add(rows.row(), rows.target(), comparison.predictions());
    comparison.observe(rows.target());
  }
  stream::StreamSummary summary = stream::summarise(comparison);
  output.finish();
  summary.model = options.model;
  summary.table = name;
  summary.target = options.columns.target;
  summary.features = choice.feature_names;
  summary.intercept = options.comparison.intercept;
  summary.standardised = options.comparison.standardise;
  summary.skipped_rows = rows.skipped_rows();
  if (options.json) {
    std::cout << stream::to_json(summary).dump(2) << '\n';
  } else {
    std::cerr << stream::to_text(summary);
  }
  return kDone;
}

int open_and_run(StreamOptions options) {
  options.comparison.standardise = !options.no_standardise;
  options.comparison.intercept = !options.no_intercept;
  check_output(options);
  if (options.table == "-") {
    std::ios::sync_with_stdio(false);  // std::cin reads blocks of what is there, not characters
    return run_stream(options, std::cin, "stdin");
  }
  const std::unique_ptr<std::istream> file = open_unpacked(options.table, "stream");
  return run_stream(options, *file, options.table);
}

void add_column_options(CLI::App& command, StreamOptions& options) {
  command.add_option("MODEL", options.model, "Model file of GRIL layers, one output")->required();
  command.add_option("TABLE", options.table, "CSV file with a header; - reads the standard input")
      ->required();
  command.add_option("--target", options.columns.target, "Column to predict")->required();
  command
      .add_option("--features", options.columns.features,
                  "Columns to predict from, a,b,c (default: all others)")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--drop", options.columns.dropped, "Columns to leave out, a,b,c")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      .add_option("--missing", options.missing,
                  "What to do with a row that has a missing cell: error or skip-row")
      ->check(CLI::IsMember({"error", "skip-row"}))
      ->capture_default_str();
}

void add_method_options(CLI::App& command, StreamOptions& options) {
  stream::ComparisonOptions& comparison = options.comparison;
  command.add_flag("--no-standardise", options.no_standardise,
                   "Give the columns as they are; default: scaled by the rows before");
  command.add_flag("--no-intercept", options.no_intercept,
                   "Leave out the constant feature 1 that every method gets");
  command
      .add_option("--warm-up", comparison.warm_up,
                  "First rows that only teach the scale of the columns, not scored")
      ->capture_default_str();
  command
      .add_option("--forgetting", comparison.recursive_least_squares.forgetting,
                  "Recursive least squares: weight of a row after each further row, in (0, 1]")
      ->capture_default_str();
  command
      .add_option("--step-size", comparison.normalised_lms.step_size,
                  "Normalised LMS: step size, in (0, 2)")
      ->capture_default_str();
  command
      .add_option("--window", comparison.sliding_window.window,
                  "Sliding-window least squares: rows remembered")
      ->capture_default_str();
}

void add_output_options(CLI::App& command, StreamOptions& options) {
  command.add_option("-o,--output", options.output,
                     "File for the predictions (CSV); default: the standard output");
  command.add_flag("--force", options.force, "Replace an output file that exists");
  command.add_flag("--json", options.json,
                   "Print the summary as one JSON object; predictions then need --output");
}

}  // namespace

void add_stream_command(Program& program) {
  const auto options = std::make_shared<StreamOptions>();
  CLI::App& command = *program.app.add_subcommand(
      "stream",
      "Predict each row of a table before its target is shown, with a model that learns in "
      "context, in constant memory. Beside it run recursive least squares, normalised LMS, "
      "sliding-window least squares and the running mean, on the same features: standardised with "
      "the rows before each row only. Predictions go to the standard output or --output, the "
      "summary to the standard error.");
  add_column_options(command, *options);
  add_method_options(command, *options);
  add_output_options(command, *options);
  command.footer(kFooter);
  command.callback(
      [&program, options] { program.run = [options] { return open_and_run(*options); }; });
}

}  // namespace gril::cli

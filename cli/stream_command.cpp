#include "cli/stream_command.h"

#include <memory>

#include "cli/integer_option.h"
#include "cli/stream_run.h"

namespace gril::cli {
namespace {

constexpr const char* kFooter =
    R"(Example: one step of gradient descent on about the last 1000 rows of the table that comes with gril
  gril construct gradient-descent --inputs 10 --outputs 1 --layout windowed --examples 1000 \
       --decay 0.999 --learning-rate 0.2 -o descent.safetensors
  gril stream descent.safetensors data/bike_sharing/hourly.csv --target cnt --output predicted.csv
--inputs counts the feature columns and the intercept. --decay 1 - 1/N with --examples N gives the sums
of a stream without end the size of those of N examples. --learning-rate 2 / inputs is the largest one
that never does worse than the mean on a long, steady stream, however its standardised columns correlate.
Several steps come near least squares: gril construct gradient-descent --help, experiments/.../streaming.)";

void add_column_options(CLI::App& command, StreamOptions& options) {
  command
      .add_option("MODEL", options.model,
                  "Model file with one output: GRIL layers, residual ones, and layers of one token")
      ->required();
  command.add_option("TABLE", options.tables,
                     "CSV files with a header and the same columns, one stream in this order; - "
                     "reads the standard input");
  command.add_option("--target", options.columns.target, "Column to predict");
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
  add_integer(command, "--warm-up", comparison.warm_up,
              "First rows that only teach the scale of the columns, not scored", 0)
      ->capture_default_str();
  command
      .add_option("--forgetting", comparison.rivals.recursive_least_squares.forgetting,
                  "Recursive least squares: weight of a row after each further row, in (0, 1]")
      ->capture_default_str();
  command
      .add_option("--step-size", comparison.rivals.normalised_lms.step_size,
                  "Normalised LMS: step size, in (0, 2)")
      ->capture_default_str();
  add_integer(command, "--window", options.window,
              "Sliding-window least squares and nearest neighbours: rows remembered", 1)
      ->capture_default_str();
  add_integer(command, "--neighbours", comparison.rivals.nearest_neighbours.neighbours,
              "Nearest neighbours: rows a prediction is the mean of", 1)
      ->capture_default_str();
}

void add_state_options(CLI::App& command, StreamOptions& options) {
  command.add_option("--save-state", options.save_state,
                     "File for everything learnt, also when the stream is interrupted (Ctrl-C, "
                     "SIGTERM): a later stream goes on from it bit for bit");
  CLI::Option* load = command.add_option("--load-state", options.load_state,
                                         "Start from a saved state; twice is a fork");
  command
      .add_option("--merge", options.merged_states,
                  "EARLIER LATER: start from the states of two halves as if they had been one "
                  "stream; needs --no-standardise --warm-up 0. Without a TABLE, --save-state keeps "
                  "the result")
      ->expected(2)
      ->excludes(load);
}

void add_output_options(CLI::App& command, StreamOptions& options) {
  command.add_option("-o,--output", options.output,
                     "File for the predictions (CSV); default: the standard output");
  command.add_option("--curve", options.curve,
                     "File for the cumulative errors along the stream (JSON), for gril report");
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
      "context, in constant memory. Beside it run recursive least squares with and without "
      "forgetting, normalised LMS, sliding-window least squares, nearest neighbours and the "
      "running "
      "mean, on the same features: standardised with the rows before each row only. Predictions go "
      "to the standard output or --output, the "
      "summary to the standard error.");
  add_column_options(command, *options);
  add_method_options(command, *options);
  add_state_options(command, *options);
  add_output_options(command, *options);
  command.footer(kFooter);
  command.callback(
      [&program, options] { program.run = [options] { return run_stream(*options); }; });
}

}  // namespace gril::cli

#include "cli/stream_run.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "cli/command.h"
#include "cli/prediction_output.h"
#include "gril/base/check.h"
#include "gril/base/csv_table.h"
#include "gril/base/json_file.h"
#include "gril/base/nearest_word.h"
#include "gril/base/unpacked_file.h"
#include "gril/stream/comparison_state.h"
#include "gril/stream/in_context_regressor.h"
#include "gril/stream/stream_summary.h"
#include "gril/stream/table_reader.h"

namespace gril::cli {
namespace {

constexpr std::string_view kWhere = "stream";
constexpr const char* kStandardInput = "-";

/// Refuses to write over a file that is there, and over one that is read.
void check_new_file(const StreamOptions& options, const char* option, const std::string& file) {
  if (file.empty() || !std::filesystem::exists(file)) return;
  require(options.force, kWhere, option, " must name a new file; got ", file,
          ", which exists. Add --force to replace it.");
  std::vector<std::string> inputs = options.tables;
  inputs.push_back(options.model);
  std::error_code ignored;
  for (const std::string& input : inputs) {
    require(!std::filesystem::equivalent(file, input, ignored), kWhere, option,
            " must differ from the files that are read; got ", file, ". Name another file.");
  }
}

void check_options(const StreamOptions& options) {
  check_new_file(options, "--output", options.output);
  check_new_file(options, "--curve", options.curve);
  check_new_file(options, "--save-state", options.save_state);
  const bool only_merges = !options.merged_states.empty() && !options.save_state.empty();
  require(
      !options.tables.empty() || only_merges, kWhere,
      "TABLE must be given unless --merge and --save-state are; got none. Give a CSV file, or - "
      "for the standard input.");
  require(options.tables.empty() || !options.columns.target.empty(), kWhere,
          "--target must name the column to predict; got none. Give one of the table's columns.");
  for (const std::string& table : options.tables) {
    // Not through a pipe, which can be read once only.
    const bool pipe = table == kStandardInput || std::filesystem::is_fifo(table);
    if (!pipe) open_unpacked(table, kWhere);
  }
}

/// A comparison in the state of two files, one after the other.
stream::StreamComparison merged_comparison(const StreamOptions& options,
                                           const stream::InContextRegressor& model,
                                           Json& settings) {
  const std::string& first = options.merged_states.front();
  const std::string& second = options.merged_states.back();
  const auto earlier_state = stream::read_comparison_state(first);
  const auto later_state = stream::read_comparison_state(second);
  stream::require_equal_settings(earlier_state.settings, first, later_state.settings, second);
  settings = later_state.settings;
  const auto features = settings["features"].get<std::vector<std::string>>();
  const auto comparison_options = stream::read_comparison_options(settings);
  stream::StreamComparison earlier(model, features, comparison_options);
  stream::StreamComparison later(model, features, comparison_options);
  earlier.restore(earlier_state);
  later.restore(later_state);
  later.prepend(earlier);
  return later;
}

/// The stream's comparison, in the state it starts from, once the columns are known.
class StreamRun {
 public:
  explicit StreamRun(const StreamOptions& options)
      : options_(options),
        model_(options.model),
        columns_(options.columns),
        output_(options.output, !options.json) {}

  void read(const std::string& table) {
    if (table == kStandardInput) {
      std::ios::sync_with_stdio(false);  // std::cin reads blocks of what is there, not characters
      read(std::cin, "stdin", true);
      return;
    }
    const std::unique_ptr<std::istream> file = open_unpacked(table, kWhere);
    read(*file, table, false);
  }

  /// Takes the state to start from without a table.
  void start_from_states() { start({}); }

  /// Lets the files appear.
  void finish() {
    output_.finish();
    if (!options_.save_state.empty()) {
      stream::write_comparison_state(options_.save_state, comparison_->save(settings_));
    }
  }

  stream::StreamSummary summary() const {
    stream::StreamSummary summary = stream::summarise(*comparison_);
    summary.model = options_.model;
    summary.table = join_words(names_);
    summary.target = options_.columns.target;
    summary.features = columns_.features;
    summary.intercept = options_.comparison.intercept;
    summary.standardised = options_.comparison.standardise;
    summary.skipped_rows = skipped_rows_;
    return summary;
  }

  const stream::StreamComparison& comparison() const { return *comparison_; }

 private:
  void start(const std::vector<std::string>& features) {
    Json settings = stream::to_json(options_.comparison, options_.columns.target, features);
    if (!options_.merged_states.empty()) {
      comparison_ = merged_comparison(options_, model_, settings_);
      if (!features.empty()) {
        stream::require_equal_settings(settings_, options_.merged_states.back(), settings,
                                       "this stream");
      }
      return;
    }
    settings_ = std::move(settings);
    comparison_.emplace(model_, features, options_.comparison);
    if (options_.load_state.empty()) return;
    const auto state = stream::read_comparison_state(options_.load_state);
    stream::require_equal_settings(state.settings, options_.load_state, settings_, "this stream");
    comparison_->restore(state);
  }

  void read(std::istream& input, const std::string& name, bool live) {
    CsvTable table(input, kWhere, name);
    const auto choice = stream::choose_columns(table.columns(), columns_, name);
    if (!comparison_) {
      start(choice.feature_names);
      columns_.features = choice.feature_names;  // the same in every table, whatever their order
      columns_.dropped.clear();
    }
    names_.push_back(name);
    stream::TableReader rows(table, choice,
                             options_.missing == "skip-row" ? stream::MissingCells::kSkipRow
                                                            : stream::MissingCells::kRefuse);
    while (rows.next()) {
      const bool scored = comparison_->predict(rows.features());
      if (scored) {
        output_.add(earlier_rows_ + rows.row(), rows.target(), comparison_->predictions(), live);
      }
      comparison_->observe(rows.target());
    }
    earlier_rows_ += rows.row();
    skipped_rows_ += rows.skipped_rows();
  }

  const StreamOptions& options_;
  stream::InContextRegressor model_;
  stream::ColumnOptions columns_;
  PredictionOutput output_;
  std::optional<stream::StreamComparison> comparison_;
  Json settings_;
  std::vector<std::string> names_;
  int64_t earlier_rows_ = 0;  // of the tables before
  int64_t skipped_rows_ = 0;
};

}  // namespace

int run_stream(StreamOptions options) {
  options.comparison.standardise = !options.no_standardise;
  options.comparison.intercept = !options.no_intercept;
  options.comparison.rivals.sliding_window.window = options.window;
  options.comparison.rivals.nearest_neighbours.window = options.window;
  check_options(options);
  StreamRun run(options);
  if (options.tables.empty()) {
    run.start_from_states();
    run.finish();
    return kDone;
  }
  for (const std::string& table : options.tables) run.read(table);
  const stream::StreamSummary summary = run.summary();  // refuses a stream without a scored row
  run.finish();
  if (!options.curve.empty()) {
    write_json(options.curve, stream::curve_json(summary, run.comparison()), kWhere);
  }
  if (options.json) {
    std::cout << stream::to_json(summary).dump(2) << '\n';
  } else {
    std::cerr << stream::to_text(summary);
  }
  return kDone;
}

}  // namespace gril::cli

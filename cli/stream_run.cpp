#include "cli/stream_run.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "cli/command.h"
#include "cli/live_input.h"
#include "cli/prediction_output.h"
#include "gril/base/check.h"
#include "gril/base/csv_table.h"
#include "gril/base/interrupt.h"
#include "gril/base/json_file.h"
#include "gril/base/log.h"
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
    if (table != kStandardInput && !std::filesystem::is_fifo(table)) open_unpacked(table, kWhere);
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
  StreamRun(const StreamOptions& options, const InterruptGuard& interrupt)
      : options_(options),
        interrupt_(interrupt),
        model_(options.model),
        columns_(options.columns),
        output_(options.output, !options.json) {}

  void read(const std::string& table) {
    if (table == kStandardInput) {
      read(*live_input(STDIN_FILENO, interrupt_), "stdin", true);
      return;
    }
    const std::unique_ptr<std::istream> file = std::filesystem::is_fifo(table)
                                                   ? open_live(table, interrupt_, kWhere)
                                                   : open_unpacked(table, kWhere);
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
    stream::StreamSummary summary = stream::summarise(comparison());
    summary.model = options_.model;
    summary.table = join_words(names_);
    summary.target = options_.columns.target;
    summary.features = columns_.features;
    summary.intercept = options_.comparison.intercept;
    summary.standardised = options_.comparison.standardise;
    summary.skipped_rows = skipped_rows_;
    return summary;
  }

  /// Refuses an interruption that came before the columns were known.
  const stream::StreamComparison& comparison() const {
    require(comparison_.has_value(), kWhere,
            "the header must come before the stream is interrupted; got none, and no state.");
    return *comparison_;
  }

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

  /// The next row; false at the end, and when the program was asked to stop, be it in the middle of
  /// a row.
  bool next(stream::TableReader& rows) const {
    try {
      return rows.next() && !interrupt_.requested();
    } catch (const InvalidFile&) {
      if (!interrupt_.requested()) throw;
      return false;
    }
  }

  /// The table behind its header; nothing when the program was asked to stop before that.
  std::unique_ptr<CsvTable> open(std::istream& input, const std::string& name) const {
    try {
      auto table = std::make_unique<CsvTable>(input, kWhere, name);
      return interrupt_.requested() ? nullptr : std::move(table);
    } catch (const InvalidFile&) {
      if (!interrupt_.requested()) throw;
      return nullptr;
    }
  }

  void read(std::istream& input, const std::string& name, bool live) {
    const std::unique_ptr<CsvTable> opened = open(input, name);
    if (!opened) return;
    CsvTable& table = *opened;
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
    while (next(rows)) {
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
  const InterruptGuard& interrupt_;
  stream::InContextRegressor model_;
  stream::ColumnOptions columns_;
  PredictionOutput output_;
  std::optional<stream::StreamComparison> comparison_;
  Json settings_;
  std::vector<std::string> names_;
  int64_t earlier_rows_ = 0;  // of the tables before
  int64_t skipped_rows_ = 0;
};

/// Writes the curve and prints the summary.
void show(const StreamOptions& options, const StreamRun& run,
          const stream::StreamSummary& summary) {
  const bool scored = summary.scored_rows > 0;
  if (!options.curve.empty() && scored) {
    write_json(options.curve, stream::curve_json(summary, run.comparison()), kWhere);
  } else if (!options.curve.empty()) {
    log_warning("no curve is written: no row was scored");
  }
  if (options.json) {
    std::cout << stream::to_json(summary).dump(2) << '\n';
  } else {
    std::cerr << stream::to_text(summary);
  }
}

}  // namespace

int run_stream(StreamOptions options) {
  options.comparison.standardise = !options.no_standardise;
  options.comparison.intercept = !options.no_intercept;
  options.comparison.rivals.sliding_window.window = options.window;
  options.comparison.rivals.nearest_neighbours.window = options.window;
  check_options(options);
  const InterruptGuard interrupt;
  StreamRun run(options, interrupt);
  if (options.tables.empty()) {
    run.start_from_states();
    run.finish();
    return kDone;
  }
  for (const std::string& table : options.tables) {
    if (!interrupt.requested()) run.read(table);
  }
  if (interrupt.requested()) log_info("stream: interrupted; it ends here");
  // What was learnt from warm-up rows alone is a state, but has no numbers to show.
  if (options.save_state.empty()) stream::require_scored(run.comparison());
  const stream::StreamSummary summary = run.summary();
  run.finish();
  show(options, run, summary);
  return kDone;
}

}  // namespace gril::cli

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gril/base/json.h"
#include "gril/stream/causal_standardiser.h"
#include "gril/stream/comparison_state.h"
#include "gril/stream/error_curve.h"
#include "gril/stream/in_context_regressor.h"
#include "gril/stream/latency_histogram.h"
#include "gril/stream/running_mean.h"
#include "gril/stream/stream_rivals.h"

namespace gril::stream {

/// The methods that run side by side, in the order of every array below.
constexpr std::array<std::string_view, 7> kMethodNames = {
    "gril",           "recursive_least_squares",      "recursive_least_squares_without_forgetting",
    "normalised_lms", "sliding_window_least_squares", "nearest_neighbours",
    "running_mean"};
constexpr std::size_t kMethods = kMethodNames.size();

/// Settings of a StreamComparison.
struct ComparisonOptions {
  bool standardise = true;  ///< give every method columns scaled by the rows before
  bool intercept = true;    ///< give every method a constant feature 1 behind the others
  int64_t warm_up = 30;     ///< first rows, which only teach the scale of the columns
  RivalOptions rivals = {};
};

/// The settings as they are saved with a state: target, features, and every option.
Json to_json(const ComparisonOptions& options, const std::string& target,
             const std::vector<std::string>& feature_names);
/// The reverse: the options in the settings of a state.
/// errors  InvalidFile "[stream_state] …" for settings of another form.
ComparisonOptions read_comparison_options(const Json& settings);

/// Runs a model beside its rivals on one stream: every method predicts each row before its target
/// is shown, from the same features, scaled by the statistics of the rows before it.
///
/// The first `warm_up` rows, and when columns are standardised further ones until the target has
/// varied, only teach these statistics: no method learns from them and none is scored. Predictions
/// and errors are in the units of the target; standardised errors are divided by the target's
/// deviation at their row, from the row on where it has one. The running mean sees every row.
///
///     while (rows.next()) {
///       const bool scored = comparison.predict(rows.features());
///       if (scored) write(comparison.predictions());
///       comparison.observe(rows.target());
///     }
///
/// cost  Time and memory per row do not depend on the length of the stream; after construction
///       nothing is allocated.
class StreamComparison {
 public:
  /// errors  InvalidArgument "[stream] …" when the model has not one output or as many inputs as
  ///         there are features (and the intercept), or an option is out of range.
  StreamComparison(InContextRegressor model, const std::vector<std::string>& feature_names,
                   const ComparisonOptions& options);

  /// Predicts the target of a row. Returns whether the row is scored: not during the warm-up.
  /// errors  InvalidArgument when the model's prediction is not finite.
  bool predict(std::span<const double> features);
  /// In the units of the target, for the row predicted last.
  const std::array<double, kMethods>& predictions() const { return predictions_; }
  /// Shows the target of the row predicted last.
  void observe(double target);

  /// Everything but the latencies, which are those of one run. `settings` goes along as it is.
  ComparisonState save(Json settings);
  /// Takes the state of a comparison with the same model, columns and options; what follows has the
  /// same bits as if it had never stopped. Nothing has changed when it throws.
  /// errors  InvalidArgument "[stream] …" for the state of another model; InvalidFile
  ///         "[stream_state] …" when its parts do not fit.
  void restore(const ComparisonState& state);
  /// Puts the rows that `earlier` learnt before those of this comparison. The model, the running
  /// mean and the statistics of the columns become what one stream would have given, to rounding
  /// (the sums of gril/stream/README.md); the windows and the rivals that learn row by row go on
  /// from here; scores start anew.
  ///
  /// errors  InvalidArgument "[stream] …" for standardised columns or a warm-up, because each half
  ///         would have its own; and those of StreamModel::prepend.
  void prepend(const StreamComparison& earlier);

  int64_t scored_rows() const { return errors_.rows(); }
  int64_t warm_up_rows() const { return warm_up_rows_; }
  /// Squared errors in the units of the target, and standardised.
  const ErrorCurve& errors() const { return errors_; }
  const ErrorCurve& standardised_errors() const { return standardised_errors_; }
  /// Time the model takes per row, prediction and learning together.
  const LatencyHistogram& latency() const { return latency_; }

 private:
  void transfer(std::map<std::string, StateTransfer>& parts);
  void score(double target);
  void learn(double target);

  InContextRegressor model_;
  StreamRivals rivals_;
  RunningMean running_mean_;
  ComparisonOptions options_;
  std::size_t target_column_;  // the target is the last column of the standardiser
  CausalStandardiser standardiser_;
  std::vector<double> row_;       // features and target as in the table
  std::vector<double> features_;  // as the methods see them
  bool scored_ = false;
  int64_t warm_up_rows_ = 0;
  int64_t learnt_rows_ = 0;  // by the model
  int64_t predict_nanoseconds_ = 0;
  std::array<double, kMethods> predictions_ = {};
  std::vector<double> squares_;
  ErrorCurve errors_;
  ErrorCurve standardised_errors_;
  LatencyHistogram latency_;
};

}  // namespace gril::stream

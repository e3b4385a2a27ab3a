#include "gril/stream/stream_comparison.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"

namespace gril::stream {
namespace {

constexpr std::string_view kWhere = "stream";
constexpr std::size_t kMostFeatures = 256;

std::size_t checked_inputs(const InContextRegressor& model,
                           const std::vector<std::string>& feature_names, bool intercept) {
  const std::size_t inputs = feature_names.size() + (intercept ? 1 : 0);
  require(inputs <= kMostFeatures, kWhere, "the rivals must have at most ", kMostFeatures,
          " features, the intercept included; got ", inputs, ". Choose some with --features.");
  require(model.outputs() == 1, kWhere, "the model must predict 1 target; got ", model.outputs(),
          " outputs. Construct one with --outputs 1.");
  require(model.inputs() == inputs, kWhere, "model expects ", model.inputs(), " inputs; got ",
          feature_names.size(), " feature columns (", join_words(feature_names), ")",
          intercept ? " and the intercept" : "",
          ". Construct one with: gril construct gradient-descent --inputs ", inputs,
          " --outputs 1 --layout windowed -o MODEL.");
  return inputs;
}

template <typename Action>
int64_t nanoseconds_of(const Action& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  const auto taken = std::chrono::steady_clock::now() - start;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(taken).count();
}

}  // namespace

StreamComparison::StreamComparison(InContextRegressor model,
                                   const std::vector<std::string>& feature_names,
                                   const ComparisonOptions& options)
    : model_(std::move(model)),
      rivals_(checked_inputs(model_, feature_names, options.intercept), options.rivals),
      options_(options),
      target_column_(feature_names.size()),
      standardiser_(target_column_ + 1),
      row_(target_column_ + 1, 0.0),
      features_(model_.inputs(), 1.0),  // the intercept stays 1
      squares_(kMethods, 0.0),
      errors_(kMethods),
      standardised_errors_(kMethods) {
  require(options.warm_up >= 0, kWhere, "--warm-up must not be negative; got ", options.warm_up,
          ". Use 0 to score from the first row that can be.");
}

bool StreamComparison::predict(std::span<const double> features) {
  std::copy(features.begin(), features.end(), row_.begin());
  scored_ = standardiser_.rows() >= options_.warm_up &&
            (!options_.standardise || standardiser_.varies(target_column_));
  if (!scored_) return false;
  for (std::size_t c = 0; c < target_column_; ++c) {
    features_[c] = options_.standardise ? standardiser_.standardise(c, row_[c]) : row_[c];
  }
  predict_nanoseconds_ = nanoseconds_of([&] { model_.predict(features_, {&predictions_[0], 1}); });
  require(std::isfinite(predictions_[0]), kWhere,
          "the model's prediction must be finite; got another after ", standardiser_.rows(),
          " rows. Use a model with a smaller learning rate, or standardise the columns.");
  rivals_.predict(features_, std::span(predictions_).subspan<1, StreamRivals::kCount>());
  if (options_.standardise) {
    for (double& prediction : predictions_) {
      prediction = standardiser_.restore(target_column_, prediction);
    }
  }
  predictions_.back() = running_mean_.predict();
  return true;
}

void StreamComparison::observe(double target) {
  if (scored_) {
    score(target);
    learn(target);
  } else {
    ++warm_up_rows_;
  }
  running_mean_.observe(target);
  row_[target_column_] = target;
  standardiser_.observe(row_);
}

void StreamComparison::score(double target) {
  for (std::size_t i = 0; i < kMethods; ++i) {
    squares_[i] = (target - predictions_[i]) * (target - predictions_[i]);
  }
  errors_.add(squares_);
  const double deviation = standardiser_.deviation(target_column_);
  if (deviation == 0.0) return;
  for (double& square : squares_) square /= deviation * deviation;
  standardised_errors_.add(squares_);
}

void StreamComparison::learn(double target) {
  const double y =
      options_.standardise ? standardiser_.standardise(target_column_, target) : target;
  const int64_t observing = nanoseconds_of([&] { model_.observe(features_, {&y, 1}); });
  latency_.add(predict_nanoseconds_ + observing);
  rivals_.observe(features_, y);
  ++learnt_rows_;
}

}  // namespace gril::stream

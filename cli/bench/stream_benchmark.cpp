#include "cli/bench/stream_benchmark.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "cli/bench/goal.h"
#include "cli/bench/latency.h"
#include "cli/bench/machine.h"
#include "cli/bench/process_memory.h"
#include "cli/bench/scratch_folder.h"
#include "gril/base/check.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/ops/threads.h"
#include "gril/stream/in_context_regressor.h"
#include "gril/stream/recursive_least_squares.h"

namespace gril::bench {
namespace {

/// Rows that are drawn before and then taken in turn; they fit into a second-level cache.
constexpr int64_t kDrawnRows = 512;

/// Examples of y = Σ x / √d + noise.
class ExampleRows {
 public:
  explicit ExampleRows(int64_t inputs)
      : features_(at::randn({kDrawnRows, inputs}, at::kDouble)),
        targets_(features_.sum(1) / std::sqrt(static_cast<double>(inputs)) +
                 0.1 * at::randn({kDrawnRows}, at::kDouble)) {}

  std::span<const double> features(int64_t row) const {
    const int64_t inputs = features_.size(1);
    return {features_.data_ptr<double>() + row % kDrawnRows * inputs,
            static_cast<std::size_t>(inputs)};
  }
  std::span<const double> target(int64_t row) const {
    return {targets_.data_ptr<double>() + row % kDrawnRows, 1};
  }

 private:
  at::Tensor features_, targets_;
};

struct StreamRow {
  std::string method;
  int64_t inputs = 0;
  Latency latency;
  double added_bytes = 0;
};

template <typename Step>
StreamRow measured(const std::string& method, int64_t inputs, const Step& step, int64_t rows) {
  for (int64_t i = 0; i < std::min<int64_t>(rows, 1000); ++i) step(i);
  const double before = resident_bytes();
  const Latency latency = latency_of(step, rows);
  return {method, inputs, latency, std::max(resident_bytes() - before, 0.0)};
}

/// The regressor that performs a gradient descent step, opened from its file as a user does.
stream::InContextRegressor regressor(int64_t inputs) {
  const ScratchFolder folder;
  GradientDescentClaim claim;  // not as one aggregate: GCC 12 warns of members it does not name
  claim.inputs = inputs;
  claim.outputs = 1;
  claim.examples = 1000;
  claim.learning_rates = {2.0 / static_cast<double>(inputs)};
  claim.decay = 0.999;
  save_model(folder.path() / "descent.safetensors",
             gradient_descent_as_gril(claim, 1.0, torch::kDouble));
  return stream::InContextRegressor(folder.path() / "descent.safetensors");
}

StreamRow measured_regressor(int64_t inputs, const ExampleRows& examples, int64_t rows) {
  stream::InContextRegressor model = regressor(inputs);
  double prediction = 0;
  return measured(
      "gril, predict and observe", inputs,
      [&](int64_t row) {
        model.predict(examples.features(row), {&prediction, 1});
        model.observe(examples.features(row), examples.target(row));
      },
      rows);
}

StreamRow measured_least_squares(int64_t inputs, const ExampleRows& examples, int64_t rows) {
  stream::RecursiveLeastSquares model(static_cast<std::size_t>(inputs), {});
  volatile double prediction = 0;  // keeps the prediction from being left out
  return measured(
      "recursive least squares, predict and observe", inputs,
      [&](int64_t row) {
        prediction = model.predict(examples.features(row));
        model.observe(examples.features(row), examples.target(row)[0]);
      },
      rows);
}

StreamRow measured_torch_operation(int64_t inputs, int64_t rows) {
  const c10::InferenceMode inference;
  at::Tensor state = at::zeros({inputs}, at::kDouble);
  const at::Tensor input = at::randn({inputs}, at::kDouble);
  const at::Tensor decay = at::full({inputs}, 0.999, at::kDouble);
  return measured(
      "libtorch, one addcmul_out", inputs,
      [&](int64_t) { at::addcmul_out(state, input, decay, state); }, rows);
}

Json to_json(const StreamRow& row) {
  Json json = {{"what", "stream"}, {"inputs", row.inputs}, {"method", row.method}};
  json.update(to_json(row.latency));
  json["added_bytes"] = row.added_bytes;
  return json;
}

}  // namespace

Json benchmark_stream(const StreamBenchmarkOptions& options) {
  require(options.rows >= 10, "bench", "--rows must be at least 10; got ", options.rows, ".");
  set_threads(1);
  at::manual_seed(1);
  Json result = {{"benchmark", "stream"},
                 {"machine", machine()},
                 {"rows", Json::array()},
                 {"goals", Json::array()}};
  result["clock_nanoseconds"] = latency_of([](int64_t) {}, options.rows).median;
  for (const int64_t inputs : {1, 10, 32, 100}) {
    options.progress(concatenate(inputs, " features"));
    const ExampleRows examples(inputs);
    const StreamRow own = measured_regressor(inputs, examples, options.rows);
    const StreamRow rival = measured_least_squares(inputs, examples, options.rows);
    for (const StreamRow& row : {own, rival, measured_torch_operation(inputs, options.rows)})
      result["rows"].push_back(to_json(row));
    const std::string what = concatenate("stream, ", inputs, " features: ");
    result["goals"].push_back(
        to_json(Goal{what + "rows per second, times recursive least squares",
                     own.latency.calls_per_second / rival.latency.calls_per_second}));
  }
  return result;
}

}  // namespace gril::bench

// Saving, restoring and merging a StreamComparison.
#include <array>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/stream/state_transfer.h"
#include "gril/stream/stream_comparison.h"
#include "gril/stream/stream_state.h"

namespace gril::stream {
namespace {

constexpr std::string_view kWhere = "stream";
constexpr std::array<const char*, 5> kParts = {"counts", "rivals", "running_mean", "scores",
                                               "standardiser"};
constexpr const char* kRegressor = "regressor";

const std::vector<double>& part_of(const ComparisonState& state, const std::string& name) {
  const auto found = state.parts.find(name);
  require_file(found != state.parts.end(), "stream_state", "the state must hold its part \"", name,
               "\"; got none. Save the state anew.");
  return found->second;
}

}  // namespace

Json to_json(const ComparisonOptions& options, const std::string& target,
             const std::vector<std::string>& feature_names) {
  const RivalOptions& rivals = options.rivals;
  return {{"target", target},
          {"features", feature_names},
          {"standardise", options.standardise},
          {"intercept", options.intercept},
          {"warm_up", options.warm_up},
          {"forgetting", rivals.recursive_least_squares.forgetting},
          {"step_size", rivals.normalised_lms.step_size},
          {"window", rivals.sliding_window.window},
          {"neighbours", rivals.nearest_neighbours.neighbours}};
}

ComparisonOptions read_comparison_options(const Json& settings) {
  constexpr int64_t kLargest = int64_t{1} << 32;
  ComparisonOptions options;
  RivalOptions& rivals = options.rivals;
  try {
    ConfigSection section(settings, "settings");
    section.value("features");
    for (const char* key : {"standardise", "intercept", "warm_up", "forgetting", "step_size",
                            "window", "neighbours"}) {
      section.need(key);
    }
    section.text("target", "");
    options.standardise = section.flag("standardise", true);
    options.intercept = section.flag("intercept", true);
    options.warm_up = section.integer("warm_up", 0, 0);
    rivals.recursive_least_squares.forgetting = section.number("forgetting", 1.0);
    rivals.normalised_lms.step_size = section.number("step_size", 1.0);
    rivals.sliding_window.window =
        static_cast<std::size_t>(section.integer("window", 1, 1, kLargest));
    rivals.nearest_neighbours.neighbours =
        static_cast<std::size_t>(section.integer("neighbours", 1, 1, kLargest));
    rivals.nearest_neighbours.window = rivals.sliding_window.window;
    section.finish();
  } catch (const InvalidArgument& error) {
    throw InvalidFile(error.what());
  }
  return options;
}

void StreamComparison::transfer(std::map<std::string, StateTransfer>& parts) {
  StateTransfer& counts = parts.at("counts");
  counts.count(warm_up_rows_);
  counts.count(learnt_rows_);
  rivals_.transfer(parts.at("rivals"));
  running_mean_.transfer(parts.at("running_mean"));
  errors_.transfer(parts.at("scores"));
  standardised_errors_.transfer(parts.at("scores"));
  standardiser_.transfer(parts.at("standardiser"));
}

ComparisonState StreamComparison::save(Json settings) {
  std::map<std::string, StateTransfer> parts;
  for (const char* name : kParts) parts[name] = StateTransfer();
  transfer(parts);
  ComparisonState state{model_.fingerprint(), std::move(settings), {}};
  for (const auto& [name, part] : parts) state.parts[name] = part.collected();
  state.parts[kRegressor] = model_.state();
  return state;
}

void StreamComparison::restore(const ComparisonState& state) {
  require(state.model == model_.fingerprint(), kWhere,
          "the state must belong to this model; got one of another. Open the model it was saved "
          "from.");
  StreamComparison restored = *this;
  std::map<std::string, StateTransfer> parts;
  for (const char* name : kParts) parts[name] = StateTransfer(part_of(state, name));
  restored.transfer(parts);
  for (const auto& [name, part] : parts) part.finish();
  restored.model_.set_state(part_of(state, kRegressor));
  *this = std::move(restored);
}

void StreamComparison::prepend(const StreamComparison& earlier) {
  require(!options_.standardise && options_.warm_up == 0, kWhere,
          "merged streams must take the columns as they are from the first row on; got "
          "standardised columns or a warm-up, which each half has for itself. Stream both with "
          "--no-standardise --warm-up 0.");
  model_.prepend(earlier.model_, learnt_rows_);
  learnt_rows_ += earlier.learnt_rows_;
  running_mean_.prepend(earlier.running_mean_);
  standardiser_.prepend(earlier.standardiser_);
  errors_ = ErrorCurve(kMethods);
  standardised_errors_ = ErrorCurve(kMethods);
}

}  // namespace gril::stream

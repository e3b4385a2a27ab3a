#include "gril/analysis/analysis_options.h"

#include <limits>

#include "gril/base/check.h"

namespace gril {

AnalysisOptions read_analysis_options(ConfigSection& section, const AnalysisOptions& defaults) {
  constexpr double kSmallest = 1e-6;
  constexpr double kLargest = 1e6;
  AnalysisOptions options = defaults;
  options.tasks = section.integer("tasks", options.tasks, 1);
  options.tuning_tasks = section.integer("tuning_tasks", options.tuning_tasks, 1);
  options.sweep_tasks = section.integer("sweep_tasks", options.sweep_tasks, 1);
  options.seed =
      static_cast<uint64_t>(section.integer("seed", static_cast<int64_t>(options.seed), 0));
  options.bootstrap_samples = section.integer("bootstrap_samples", options.bootstrap_samples, 1);
  options.longest_context = section.integer("longest_context", options.longest_context, 0);
  options.sweep_points = section.integer("sweep_points", options.sweep_points, 2);
  const auto positive = [&](const char* key, double& value) {
    value = section.number(key, value, kSmallest, kLargest);
  };
  positive("lowest_input_range", options.lowest_input_range);
  positive("highest_input_range", options.highest_input_range);
  positive("lowest_weight_scale", options.lowest_weight_scale);
  positive("highest_weight_scale", options.highest_weight_scale);
  options.influence_threshold =
      section.number("influence_threshold", options.influence_threshold, 0.0, 1.0);
  options.sequences = section.integer("sequences", options.sequences, 1);
  options.sequence_length = section.integer("sequence_length", options.sequence_length, 1);
  options.most_heads = section.integer("most_heads", options.most_heads, 1);
  options.head_width = section.integer("head_width", options.head_width, 0);
  options.rebuild_tolerance =
      section.number("rebuild_tolerance", options.rebuild_tolerance, 0.0, 1.0);
  section.finish();
  require(options.lowest_input_range <= options.highest_input_range &&
              options.lowest_weight_scale <= options.highest_weight_scale,
          section.name(), "the lowest of a sweep must not be above its highest; got input range ",
          options.lowest_input_range, " to ", options.highest_input_range, ", weight scale ",
          options.lowest_weight_scale, " to ", options.highest_weight_scale, '.');
  return options;
}

Json to_json(const AnalysisOptions& options) {
  return {{"tasks", options.tasks},
          {"tuning_tasks", options.tuning_tasks},
          {"sweep_tasks", options.sweep_tasks},
          {"seed", options.seed},
          {"bootstrap_samples", options.bootstrap_samples},
          {"longest_context", options.longest_context},
          {"sweep_points", options.sweep_points},
          {"lowest_input_range", options.lowest_input_range},
          {"highest_input_range", options.highest_input_range},
          {"lowest_weight_scale", options.lowest_weight_scale},
          {"highest_weight_scale", options.highest_weight_scale},
          {"influence_threshold", options.influence_threshold},
          {"sequences", options.sequences},
          {"sequence_length", options.sequence_length},
          {"most_heads", options.most_heads},
          {"head_width", options.head_width},
          {"rebuild_tolerance", options.rebuild_tolerance}};
}

}  // namespace gril

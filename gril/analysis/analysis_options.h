#pragma once

#include <cstdint>

#include "gril/base/config_section.h"

namespace gril {

/// How much an analysis measures: the section [analysis] of an experiment.
struct AnalysisOptions {
  int64_t tasks = 10000;             ///< prompts of the main comparison
  int64_t tuning_tasks = 10000;      ///< other prompts, on which the learning rate is tuned
  int64_t sweep_tasks = 2000;        ///< prompts of every point of a sweep
  uint64_t seed = 0;                 ///< of all prompts and of the bootstrap
  int64_t bootstrap_samples = 1000;  ///< resamples behind every interval
  int64_t longest_context = 0;       ///< of the sweep over context length; 0 stands for 3 N
  int64_t sweep_points = 16;         ///< settings of each out-of-distribution sweep; at least 2
  double lowest_input_range = 0.5;
  double highest_input_range = 2.0;
  double lowest_weight_scale = 0.5;
  double highest_weight_scale = 5.0;
  double influence_threshold = 1e-4;  ///< a neuron or direction with less does not count
  int64_t sequences = 500;            ///< on which influences and the like are measured
  int64_t sequence_length = 32;       ///< T, for models that name no task
  int64_t most_heads = 4;             ///< of the attention layers that a network is compared with
  int64_t head_width = 0;             ///< of these heads; 0 for any
  double rebuild_tolerance = 0.01;    ///< by how much a rebuilt network may differ, rms over rms
};

/// Reads the section and finishes it; absent keys keep the values of `defaults`.
/// Errors: InvalidArgument for an unknown key or a value outside its range.
AnalysisOptions read_analysis_options(ConfigSection& section, const AnalysisOptions& defaults);

/// Every option with its value.
Json to_json(const AnalysisOptions& options);

}  // namespace gril

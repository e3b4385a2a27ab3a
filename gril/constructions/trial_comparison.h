#pragma once

#include <cstdint>

#include "gril/constructions/claimed_algorithm.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// What the comparison of a model with an algorithm came to.
struct TrialErrors {
  double max_abs_error = 0.0;  ///< largest |model - algorithm|; infinite for NaN
  /// Largest ratio of an error to the largest |answer| of the algorithm in the same trial; infinite
  /// where the answer is too.
  double max_rel_error = 0.0;
  /// Largest γ_k · magnitude, γ_k = k u / (1 - k u), over the largest |answer| of the trial.
  double error_bound = 0.0;
  bool within_bound = true;   ///< every single error lies under its own bound, a finite one
  int64_t choices = 0;        ///< answers that are choices
  int64_t wrong_choices = 0;  ///< another output was at least as large as the right one
};

/// Which trials.
struct TrialSet {
  int64_t trials = 0;
  int64_t length = 0;  ///< see ClaimedAlgorithm::draw
  uint64_t seed = 0;
};

/// Runs a float64 model on fresh trials of the algorithm. roundoff: u, of the stored weights.
TrialErrors compare_with_algorithm(const SequenceModel& model, const ClaimedAlgorithm& algorithm,
                                   const TrialSet& set, double roundoff);

}  // namespace gril

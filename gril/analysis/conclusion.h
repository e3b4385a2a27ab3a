#pragma once

#include <string>
#include <vector>

#include "gril/analysis/agreement.h"
#include "gril/analysis/bootstrap.h"
#include "gril/base/json.h"

namespace gril {

/// What an analysis found, in the numbers a conclusion rests on.
struct Findings {
  Agreement agreement;             ///< with one tuned step, on the evaluation prompts
  Estimate loss_ratio;             ///< model over tuned gradient descent, same prompts
  double null_ratio = 0.0;         ///< model over the prediction 0
  bool weights_apply = false;      ///< whether the weights were compared
  double window_off_target = 0.0;  ///< largest share of an offset the construction leaves at 0
  double update_cosine = 0.0;      ///< of the whole update, newest example
};

/// What a person reads first, and what it rests on.
struct Conclusion {
  Verdict verdict = Verdict::kNone;
  std::string label = {};  ///< in a few words
  std::string sentence = {};
  std::vector<Check> checks = {};  ///< the numbers that decided, with their limits
};

/// The verdict is that of the agreement. Where it differs, the sentence says how: no better than
/// always predicting 0 (at least 98 % of its loss), better or worse than gradient descent where the
/// interval of the loss ratio leaves 1 out, or equal in loss by other means; and which measures
/// failed. Weights are called the construction's where the cosine of the updates is at least 0.99
/// and at most 5 % of the target lies elsewhere in the window.
Conclusion conclude(const Findings& findings);

/// The object "conclusion" of a summary: {"agrees", "verdict", "label", "sentence", "checks"}.
Json to_json(const Conclusion& conclusion);

}  // namespace gril

#pragma once

#include <string>

#include "gril/analysis/bootstrap.h"
#include "gril/base/json.h"

namespace gril {

/// What an analysis found, in the numbers a conclusion rests on.
struct Findings {
  Estimate loss_ratio;      ///< model over tuned gradient descent, same prompts
  double null_ratio = 0.0;  ///< model over the prediction 0
  double sensitivity_cosine = 0.0;
  bool weights_apply = false;      ///< whether the weights were compared
  double window_off_target = 0.0;  ///< largest share of an offset the construction leaves at 0
  double update_cosine = 0.0;      ///< of the whole update, newest example
};

/// One sentence for a person, and whether the model does what the algorithm does.
struct Conclusion {
  bool agrees = false;
  std::string sentence;
};

/// Agrees when the loss lies within 1 % of tuned gradient descent's and the sensitivities have a
/// mean cosine of at least 0.999. Otherwise the sentence says what is different: still at the loss
/// of predicting 0, above gradient descent, below it, or equal in loss by other means.
Conclusion conclude(const Findings& findings);

}  // namespace gril

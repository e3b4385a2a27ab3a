#include "gril/analysis/algorithms/classical_methods.h"

namespace gril {

std::vector<ClassicalMethod> classical_methods(const Scoring& scoring, const Prompts& tuning) {
  return scoring.loss == LossKind::kCrossEntropy ? classification_methods(tuning)
                                                 : regression_methods(tuning);
}

}  // namespace gril

#pragma once

#include <cstdint>

#include "gril/tasks/in_context/linear_classification.h"

namespace gril {

/// In-context linear classification as pairs of tokens.
inline LinearClassification classification_task(int64_t inputs, int64_t classes, int64_t examples) {
  LinearClassificationOptions options;
  options.inputs = inputs;
  options.classes = classes;
  options.examples = examples;
  options.layout = TokenLayout::kPairs;
  return LinearClassification(options);
}

}  // namespace gril

#pragma once

#include <cstdint>
#include <vector>

#include "gril/base/token_layout.h"
#include "gril/tasks/batch.h"
#include "gril/tasks/example_labels.h"

namespace gril {

/// What every token of a prompt holds, part by part: element t describes token t + 1. Read off
/// write_tokens, so it holds for every layout. Letters: d inputs, m outputs, N examples, K
/// segments; for K > 1 a marker "segment_k" ends the tokens of an example. Errors: whatever
/// token_shape, token_count and segment_markers refuse.
std::vector<std::vector<TokenPart>> token_parts(TokenLayout layout, int64_t inputs, int64_t outputs,
                                                int64_t examples, int64_t segments = 1);

/// What a person writes beside a prompt of numbers: "pairs tokens: 10 examples of 3 inputs and 1
/// outputs", the parts of its tokens, and "y_q" beside the last one.
ExampleLabels regression_labels(TokenLayout layout, int64_t inputs, int64_t outputs,
                                int64_t examples, int64_t segments = 1);

/// The same of classes, whose prompt is `example`: "… of 10 inputs and 5 classes" and "class 3".
ExampleLabels classification_labels(TokenLayout layout, int64_t inputs, int64_t classes,
                                    int64_t examples, const Batch& example);

}  // namespace gril

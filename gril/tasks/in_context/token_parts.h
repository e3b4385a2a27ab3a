#pragma once

#include <cstdint>
#include <vector>

#include "gril/base/token_layout.h"
#include "gril/tasks/example_labels.h"

namespace gril {

/// What every token of a prompt holds, part by part: element t describes token t + 1. Read off
/// write_tokens, so it holds for every layout. Letters: d inputs, m outputs, N examples.
/// Errors: whatever token_shape and token_count refuse.
std::vector<std::vector<TokenPart>> token_parts(TokenLayout layout, int64_t inputs, int64_t outputs,
                                                int64_t examples);

}  // namespace gril

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/token_layout.h"

namespace gril {

/// Neighbouring features of one token that belong together.
struct TokenPart {
  std::string name;  ///< "x_1", "y_1", "x_1·y_1", "x_q"; "0" for padding
  int64_t begin;     ///< first feature
  int64_t size;      ///< features
};

/// What every token of a prompt holds, part by part: element t describes token t + 1. Read off
/// write_tokens, so it holds for every layout. Letters: d inputs, m outputs, N examples.
/// Errors: whatever token_shape and token_count refuse.
std::vector<std::vector<TokenPart>> token_parts(TokenLayout layout, int64_t inputs, int64_t outputs,
                                                int64_t examples);

}  // namespace gril

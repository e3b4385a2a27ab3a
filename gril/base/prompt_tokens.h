#pragma once

#include <cstdint>
#include <span>

#include "gril/base/token_layout.h"

namespace gril {

/// One prompt in plain numbers, row-major: N context examples and a query.
struct Prompt {
  int64_t inputs = 0;                       ///< d
  int64_t outputs = 0;                      ///< m
  int64_t examples = 0;                     ///< N
  std::span<const double> context_inputs;   ///< x_i, (N, d)
  std::span<const double> context_targets;  ///< y_i, (N, m)
  std::span<const double> query;            ///< x_q, (d)
  int64_t markers = 0;                      ///< K, further features behind those of the layout
  /// (N, K), what every token of example i holds there; a query's own token holds 0.
  std::span<const double> context_markers = {};
};

/// Writes the prompt as tokens; the one place that knows where each number goes.
///
/// tokens  (token_count(layout, N), token_shape(layout, d, m).width + K), row-major; every element
///         is written, padding as 0.
/// errors  InvalidArgument "[token_layout] …" when a span has the wrong size or the layout cannot
///         hold the prompt.
void write_tokens(TokenLayout layout, const Prompt& prompt, std::span<double> tokens);

}  // namespace gril

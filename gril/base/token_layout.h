#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gril {

/// How context examples (x_i, y_i), i = 1 … N, and the query x_q become a sequence of tokens.
/// Letters as in docs/notation.md; d = inputs, m = outputs.
///
/// kConstructed  C  [x_i·y_i ; x_{i+1}]           width 2d      N tokens     m = 1 only
/// kInterleaved  A/B x_1, (0…0, y_1), …, x_q      width d       2N+1 tokens  m ≤ d, y last
/// kPairs        D  (x_i, y_i), …, (x_q, 0)       width d+m     N+1 tokens
/// kWindowed     E  [x_i, y_i, x_{i+1}]           width 2d+m    N tokens
/// kBlocks       F  (x_1, 0), (0, y_1), …, (x_q, 0) width d+m   2N+1 tokens
enum class TokenLayout { kConstructed, kInterleaved, kPairs, kWindowed, kBlocks };

/// The names used in files and on the command line, in the order of the enum:
/// constructed, interleaved, pairs, windowed, blocks.
const std::vector<std::string>& token_layout_names();
std::string token_layout_name(TokenLayout layout);
/// Errors: InvalidArgument naming the nearest layout.
TokenLayout token_layout_from_name(const std::string& name);

/// Sizes of a layout for given d and m.
struct TokenShape {
  int64_t width;         ///< features of one token
  int64_t query_offset;  ///< first feature of the query x_q in the last token (d features follow)
};

/// Errors: InvalidArgument when the layout cannot hold m outputs (kConstructed: m = 1;
/// kInterleaved: m ≤ d) or a size is below 1.
TokenShape token_shape(TokenLayout layout, int64_t inputs, int64_t outputs);

/// Tokens that belong to one context example: 2 where x_i and y_i arrive apart, otherwise 1.
int64_t tokens_per_example(TokenLayout layout);

/// Number of tokens for N context examples. Errors: InvalidArgument when examples < 1.
int64_t token_count(TokenLayout layout, int64_t examples);

/// The tokens after which the model's output is the prediction for the next query: element i
/// (i = 1 … N) is the position whose output predicts from the first i examples, with x_{i+1}
/// (or x_q for i = N) as the query.
std::vector<int64_t> prediction_positions(TokenLayout layout, int64_t examples);

}  // namespace gril

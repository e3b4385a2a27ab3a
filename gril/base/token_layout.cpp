#include "gril/base/token_layout.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"

namespace gril {
namespace {

/// Whether the query has a token of its own at the end.
bool has_query_token(TokenLayout layout) {
  return layout == TokenLayout::kPairs || tokens_per_example(layout) == 2;
}

}  // namespace

const std::vector<std::string>& token_layout_names() {
  static const std::vector<std::string> names = {"constructed", "interleaved", "pairs", "windowed",
                                                 "blocks"};
  return names;
}

std::string token_layout_name(TokenLayout layout) {
  return token_layout_names()[static_cast<std::size_t>(layout)];
}

TokenLayout token_layout_from_name(const std::string& name) {
  const auto& names = token_layout_names();
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), "token_layout", "must be one of ", join_words(names), "; got \"",
          name, "\".", suggestion(name, names));
  return static_cast<TokenLayout>(found - names.begin());
}

TokenShape token_shape(TokenLayout layout, int64_t inputs, int64_t outputs) {
  require(inputs >= 1 && outputs >= 1, "token_layout",
          "inputs and outputs must be at least 1; got ", inputs, " and ", outputs, ".");
  switch (layout) {
    case TokenLayout::kConstructed:
      require(outputs == 1, "token_layout", "constructed tokens hold one output; got ", outputs,
              ". Use windowed, pairs or blocks.");
      return {.width = 2 * inputs, .query_offset = inputs};
    case TokenLayout::kInterleaved:
      require(outputs <= inputs, "token_layout",
              "interleaved tokens hold at most as many outputs as inputs; got ", outputs,
              " outputs and ", inputs, " inputs. Use blocks.");
      return {.width = inputs, .query_offset = 0};
    case TokenLayout::kPairs:
    case TokenLayout::kBlocks:
      return {.width = inputs + outputs, .query_offset = 0};
    case TokenLayout::kWindowed:
      break;
  }
  return {.width = 2 * inputs + outputs, .query_offset = inputs + outputs};
}

int64_t tokens_per_example(TokenLayout layout) {
  return layout == TokenLayout::kInterleaved || layout == TokenLayout::kBlocks ? 2 : 1;
}

int64_t token_count(TokenLayout layout, int64_t examples) {
  require(examples >= 1, "token_layout", "examples must be at least 1; got ", examples, ".");
  return tokens_per_example(layout) * examples + (has_query_token(layout) ? 1 : 0);
}

std::vector<int64_t> prediction_positions(TokenLayout layout, int64_t examples) {
  const int64_t tokens = token_count(layout, examples);
  const int64_t stride = tokens_per_example(layout);
  std::vector<int64_t> positions;
  positions.reserve(static_cast<std::size_t>(examples));
  for (int64_t i = 1; i <= examples; ++i) {
    positions.push_back(tokens - 1 - (examples - i) * stride);
  }
  return positions;
}

}  // namespace gril

#pragma once

#include <cstdint>
#include <vector>

#include "gril/analysis/decompiler/attention_weights.h"
#include "gril/base/json.h"

namespace gril {

/// How well found heads are given ones, up to what a function of attention leaves open.
struct HeadMatch {
  std::vector<int64_t> partner;  ///< the found head that each given head is compared with
  /// |cos| between W_O W_V of a given head and of its partner; and of W_Kᵀ W_Q.
  std::vector<double> value_cosines;
  std::vector<double> query_key_cosines;
  /// Cosine between a given head's W_O W_V and the span of all found ones; and of W_Kᵀ W_Q. Mixing
  /// the found heads does not change it. Equal to the above for one head.
  std::vector<double> value_span_cosines;
  std::vector<double> query_key_span_cosines;
};

/// Partners are chosen so that the sum of the products of both cosines is largest, each found head
/// once.
///
/// found, given  heads for the same features and outputs, as many found as given
/// errors        InvalidArgument "[head_match] …" for other counts, more than 8 heads, other shapes
HeadMatch match_heads(const AttentionHeads& found, const AttentionHeads& given);

/// Heads to be looked at side by side: every value matrix of norm 1 with M scaled in return, so
/// that the function stays; found head h is the partner of given head h and has the sign in which
/// the value matrices agree.
struct AlignedHeads {
  AttentionHeads found;
  AttentionHeads given;
};
AlignedHeads align_heads(const AttentionHeads& found, const AttentionHeads& given,
                         const HeadMatch& match);

/// Every field.
Json to_json(const HeadMatch& match);

}  // namespace gril

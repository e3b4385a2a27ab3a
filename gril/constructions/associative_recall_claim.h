#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// How pairs of a key and a value become tokens. One-hot features: the keys, then the values, then,
/// interleaved, the arrow.
enum class RecallLayout {
  kJoint,        ///< (k_1; v_1), …, (k_P; v_P), (k_q; 0)
  kInterleaved,  ///< k_1, v_1, …, k_P, v_P, =>, k_q
};

/// joint, interleaved.
const std::vector<std::string>& recall_layout_names();
std::string recall_layout_name(RecallLayout layout);
/// Errors: InvalidArgument naming the layouts.
RecallLayout recall_layout_from_name(const std::string& name);

/// Associative recall, as a claim that a model can make: after the query the score of a value is
/// how often the query's key was shown with it, so the largest score is the answer. Source:
/// gated_rnn_attention.md 4.3.
struct AssociativeRecallClaim {
  int64_t keys = 9;    ///< K, different keys; at least 1
  int64_t values = 9;  ///< V, different values and outputs; at least 2
  int64_t pairs = 20;  ///< P, shown before the query; at least 1
  RecallLayout layout = RecallLayout::kInterleaved;

  int64_t token_width() const;                ///< K + V, interleaved K + V + 1
  int64_t length(int64_t pairs_shown) const;  ///< tokens: P + 1, interleaved 2P + 2
};

/// Errors: InvalidArgument "[associative_recall] …" for a size below its least.
void check(const AssociativeRecallClaim& claim);

/// The claim in words.
std::string sentence(const AssociativeRecallClaim& claim);

/// The claim as it is stored in a model, and back. Errors: InvalidArgument.
Json to_json(const AssociativeRecallClaim& claim, double tolerance);
AssociativeRecallClaim read_associative_recall_claim(const Json& tree, const std::string& where);

}  // namespace gril

#pragma once

#include "gril/constructions/claimed_algorithm.h"
#include "gril/constructions/linear_attention_as_gated_rnn.h"

namespace gril {

/// The explicit algorithm of LinearAttentionWeights: the sum over all earlier tokens, formed anew
/// for every token, in long double.
class LinearAttentionAlgorithm : public ClaimedAlgorithm {
 public:
  explicit LinearAttentionAlgorithm(LinearAttentionWeights attention);

  int64_t width() const override { return attention_.width; }
  int64_t outputs() const override { return attention_.width; }
  int64_t default_length() const override;
  std::string sentence() const override { return gril::sentence(attention_); }
  ClaimTrial draw(int64_t length, uint64_t seed, int64_t index) const override;

 private:
  LinearAttentionWeights attention_;
};

}  // namespace gril

#pragma once

#include "gril/constructions/associative_recall_claim.h"
#include "gril/constructions/claimed_algorithm.h"

namespace gril {

/// The explicit algorithm of AssociativeRecallClaim: a table of counts. A task has a random map
/// from keys to values, `length` pairs with random keys, and the key of one of them as query; the
/// algorithm speaks after the query.
class AssociativeRecallAlgorithm : public ClaimedAlgorithm {
 public:
  explicit AssociativeRecallAlgorithm(const AssociativeRecallClaim& claim) : claim_(claim) {}

  int64_t width() const override { return claim_.token_width(); }
  int64_t outputs() const override { return claim_.values; }
  int64_t default_length() const override { return claim_.pairs; }
  std::string sentence() const override { return gril::sentence(claim_); }
  ClaimTrial draw(int64_t length, uint64_t seed, int64_t index) const override;

 private:
  AssociativeRecallClaim claim_;
};

}  // namespace gril

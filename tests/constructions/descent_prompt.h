#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/constructions/gradient_descent_claim.h"

namespace gril::testing {

/// A prompt in the tokens of a claim, float64; the query is the last row of the inputs.
struct DescentPrompt {
  torch::Tensor inputs;   ///< (N+1, d)
  torch::Tensor targets;  ///< (N, m)
  torch::Tensor tokens;   ///< (1, T, D), with the markers of the claim
};

/// The prompt of these inputs (N+1, d) and targets (N, m).
DescentPrompt prompt_of(const GradientDescentClaim& claim, const torch::Tensor& inputs,
                        const torch::Tensor& targets);

/// Normal inputs and targets from `seed`; cross-entropy: classes instead, one-hot.
DescentPrompt draw_prompt(const GradientDescentClaim& claim, uint64_t seed = 1);

}  // namespace gril::testing

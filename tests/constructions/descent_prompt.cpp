#include "tests/constructions/descent_prompt.h"

#include <ATen/ATen.h>

#include <span>
#include <vector>

#include "gril/base/example_segments.h"
#include "gril/base/prompt_tokens.h"
#include "tests/support/sequence_layer_suite.h"

namespace gril::testing {
namespace {

std::span<double> numbers(const at::Tensor& tensor) {
  return {tensor.data_ptr<double>(), static_cast<std::size_t>(tensor.numel())};
}

/// A row of zeros with a one where the score is largest.
at::Tensor classes_of(const at::Tensor& scores) {
  return at::eye(scores.size(1), at::kDouble).index_select(0, scores.argmax(1));
}

}  // namespace

DescentPrompt prompt_of(const GradientDescentClaim& claim, const torch::Tensor& inputs,
                        const torch::Tensor& targets) {
  const int64_t examples = targets.size(0);
  DescentPrompt prompt{inputs.contiguous(), targets.contiguous(), {}};
  prompt.tokens =
      at::zeros({1, token_count(claim.layout, examples), token_width(claim)}, at::kDouble);
  const auto context = static_cast<std::size_t>(examples * claim.inputs);
  const std::vector<double> markers = segment_markers(examples, claim.segments());
  write_tokens(claim.layout,
               {.inputs = claim.inputs,
                .outputs = claim.outputs,
                .examples = examples,
                .context_inputs = numbers(prompt.inputs).first(context),
                .context_targets = numbers(prompt.targets),
                .query = numbers(prompt.inputs).subspan(context),
                .markers = marker_width(claim.segments()),
                .context_markers = markers},
               numbers(prompt.tokens));
  return prompt;
}

DescentPrompt draw_prompt(const GradientDescentClaim& claim, uint64_t seed) {
  const at::Tensor inputs = random_normal({claim.examples + 1, claim.inputs}, seed);
  at::Tensor targets = random_normal({claim.examples, claim.outputs}, seed + 1);
  if (claim.loss == DescentLoss::kCrossEntropy) targets = classes_of(targets);
  return prompt_of(claim, inputs, targets);
}

}  // namespace gril::testing

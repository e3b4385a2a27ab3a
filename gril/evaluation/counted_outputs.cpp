#include "gril/evaluation/counted_outputs.h"

#include <ATen/ATen.h>

namespace gril {

torch::Tensor counted_tokens(const Scoring& scoring, const Batch& batch) {
  const bool marked = scoring.positions == Positions::kMarked;
  if (!batch.lengths.defined()) return marked ? batch.marked : torch::Tensor();
  const torch::Tensor positions = at::arange(batch.tokens.size(1), batch.lengths.options());
  const torch::Tensor inside = positions.unsqueeze(0) < batch.lengths.unsqueeze(1);
  return marked ? inside.logical_and(batch.marked) : inside;
}

torch::Tensor last_outputs(const torch::Tensor& output, const Batch& batch) {
  const int64_t length = output.size(1);
  if (!batch.lengths.defined() || length == 1) return output.select(1, length - 1);
  TORCH_CHECK_VALUE(length == batch.tokens.size(1),
                    "[loss] a model must give one output per token or per sequence; got ", length,
                    " outputs for ", batch.tokens.size(1), " tokens.");
  const torch::Tensor last = batch.lengths.sub(1).view({-1, 1, 1});
  return output.gather(1, last.expand({-1, 1, output.size(2)})).squeeze(1);
}

}  // namespace gril

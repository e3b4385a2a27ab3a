#include "gril/layers/padded_sequences.h"

#include <ATen/ATen.h>

#include <vector>

#include "gril/ops/shape_check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "padding";
constexpr int64_t kTime = 1;

void check_lengths(const PaddedSequences& sequences) {
  const at::Tensor& tokens = sequences.tokens;
  const at::Tensor& lengths = sequences.lengths;
  TORCH_CHECK_VALUE(tokens.dim() == 3, "[", kWhere,
                    "] tokens must have shape (B, T, features); got ", shape_text(tokens.sizes()),
                    ".");
  const bool fits =
      (lengths.dim() == 1 || lengths.dim() == 2) && lengths.size(0) == tokens.size(0) &&
      (lengths.dim() == 1 || (lengths.size(1) >= 1 && tokens.size(2) % lengths.size(1) == 0));
  TORCH_CHECK_VALUE(fits, "[", kWhere,
                    "] lengths must have shape (B), or (B, P) where a token holds P tokens side by "
                    "side; got ",
                    shape_text(lengths.sizes()), " for tokens ", shape_text(tokens.sizes()), ".");
  TORCH_CHECK_VALUE(lengths.scalar_type() == at::kLong && lengths.device() == tokens.device(), "[",
                    kWhere, "] lengths must be int64 on the device of the tokens, ",
                    tokens.device(), "; got ", dtype_name(lengths.scalar_type()), " on ",
                    lengths.device(), ".");
  if (lengths.numel() == 0) return;
  const auto shortest = lengths.min().item<int64_t>();
  const auto longest = lengths.max().item<int64_t>();
  TORCH_CHECK_VALUE(shortest >= 1 && longest <= tokens.size(kTime), "[", kWhere,
                    "] lengths must lie in 1 to T = ", tokens.size(kTime), "; got ", shortest,
                    " to ", longest, ".");
}

/// Positions 0 … T - 1.
at::Tensor positions_of(const PaddedSequences& sequences) {
  return at::arange(sequences.tokens.size(kTime), sequences.lengths.options());
}

/// The tokens at `positions` (B, n) of each sequence, (B, n, features).
at::Tensor tokens_at(const at::Tensor& tokens, const at::Tensor& positions) {
  return tokens.gather(kTime, positions.unsqueeze(2).expand({-1, -1, tokens.size(2)}));
}

}  // namespace

PaddedSequences clear_padding(const PaddedSequences& sequences) {
  if (!sequences.lengths.defined()) return sequences;
  check_lengths(sequences);
  const at::Tensor& tokens = sequences.tokens;
  const int64_t batch = tokens.size(0);
  const int64_t length = tokens.size(kTime);
  const int64_t side_by_side = sequences.lengths.dim() == 2 ? sequences.lengths.size(1) : 1;
  const at::Tensor apart =
      tokens.reshape({batch, length, side_by_side, tokens.size(2) / side_by_side});
  const at::Tensor padding = positions_of(sequences)
                                 .view({1, length, 1, 1})
                                 .ge(sequences.lengths.reshape({batch, 1, side_by_side, 1}));
  return {apart.masked_fill(padding, 0).view(tokens.sizes()), sequences.lengths};
}

PaddedSequences taken_apart(const PaddedSequences& sequences, int64_t count) {
  const at::Tensor& tokens = sequences.tokens;
  const int64_t batch = tokens.size(0);
  const int64_t length = tokens.size(kTime);
  const int64_t features = tokens.size(2) / count;
  const at::Tensor apart = tokens.reshape({batch, length, count, features})
                               .permute({2, 0, 1, 3})
                               .reshape({count * batch, length, features});
  if (!sequences.lengths.defined()) return {apart, {}};
  const std::vector<int64_t> expected = {batch, count};
  TORCH_CHECK_VALUE(sequences.lengths.sizes() == at::IntArrayRef(expected), "[", kWhere,
                    "] lengths of ", count, " sequences side by side must have shape ",
                    shape_text(expected), "; got ", shape_text(sequences.lengths.sizes()), ".");
  return {apart, sequences.lengths.t().reshape({count * batch})};
}

torch::Tensor reversed_tokens(const PaddedSequences& sequences) {
  if (!sequences.lengths.defined()) return sequences.tokens.flip({kTime});
  const at::Tensor positions = positions_of(sequences).unsqueeze(0);
  const at::Tensor mirrored = sequences.lengths.unsqueeze(1) - 1 - positions;
  return tokens_at(sequences.tokens, at::where(mirrored.ge(0), mirrored, positions));
}

torch::Tensor last_tokens(const PaddedSequences& sequences) {
  const at::Tensor& tokens = sequences.tokens;
  if (!sequences.lengths.defined()) return tokens.select(kTime, tokens.size(kTime) - 1);
  return tokens_at(tokens, (sequences.lengths - 1).unsqueeze(1)).squeeze(kTime);
}

}  // namespace gril

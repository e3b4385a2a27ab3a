#include "gril/evaluation/piecewise_sums.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "gril/evaluation/batch_output.h"
#include "gril/evaluation/counted_outputs.h"
#include "gril/evaluation/loss.h"
#include "gril/models/parameter_options.h"

namespace gril {
namespace {

constexpr int64_t kSequencesAtOnce = 512;
constexpr int64_t kTokensAtOnce = 65536;
constexpr int64_t kNumbersAtOnce = int64_t{1} << 24;
// Layers work on chunks of tokens: many short pieces cost more than a few long ones.
constexpr int64_t kShortestPiece = 256;

/// Sequences first … first + count - 1, `tokens` of them at a time.
struct Piece {
  int64_t first;
  int64_t count;
  int64_t tokens;
};

/// The pieces in which a source answers sequences of these lengths.
std::vector<Piece> pieces_of(const OutputSource& source, const Scoring& scoring,
                             const std::vector<int64_t>& lengths) {
  const int64_t most = std::clamp<int64_t>(kNumbersAtOnce / source.output_size, 1, kTokensAtOnce);
  const bool may_cut = source.causal && scoring.positions != Positions::kLast;
  // What a sequence takes of a piece whose longest has `length` tokens.
  const auto row = [&](int64_t length) {
    return may_cut && length > most ? kShortestPiece : std::max<int64_t>(1, length);
  };
  std::vector<Piece> pieces;
  const auto end = static_cast<int64_t>(lengths.size());
  for (int64_t first = 0; first < end; first += pieces.back().count) {
    int64_t longest = lengths[static_cast<std::size_t>(first)];
    int64_t count = 1;
    while (count < kSequencesAtOnce && first + count < end) {
      const int64_t next = std::max(longest, lengths[static_cast<std::size_t>(first + count)]);
      if ((count + 1) * std::max(row(longest), row(next)) > most) break;
      longest = next;
      ++count;
    }
    pieces.push_back({first, count, may_cut && longest > most ? most / count : longest});
  }
  return pieces;
}

/// target_mean of all pieces together.
torch::Tensor target_mean_of(const Scoring& scoring, const EvaluationSet& sequences,
                             const std::vector<Piece>& pieces) {
  torch::Tensor sum;
  int64_t positions = 0;
  for (const Piece& piece : pieces) {
    const Batch rows = sequences.rows(piece.first, piece.count);
    const torch::Tensor mean = target_mean(scoring, rows);
    if (!mean.defined()) return mean;
    const int64_t counted = counted_positions(scoring, rows);
    if (counted == 0) continue;
    const torch::Tensor part = mean * counted;
    sum = sum.defined() ? sum + part : part;
    positions += counted;
  }
  return sum.defined() ? sum / positions : sum;
}

/// A few whole sequences.
SequenceSums sums_of_rows(const OutputSource& source, const Scoring& scoring, const Batch& rows,
                          const torch::Tensor& mean) {
  return sequence_sums(scoring, source.outputs(rows, {}).output, rows, mean);
}

/// A few sequences, `size` tokens at a time. What a causal source says to tokens of a sequence does
/// not depend on the padding behind them, so lengths only say which tokens count.
SequenceSums sums_over_time(const OutputSource& source, const Scoring& scoring, const Batch& rows,
                            const torch::Tensor& mean, int64_t size) {
  const torch::Tensor counted = counted_tokens(scoring, rows);
  const Scoring scored{.loss = scoring.loss,
                       .positions = counted.defined() ? Positions::kMarked : Positions::kEvery};
  LayerState state;
  SequenceSums sums;
  for (int64_t first = 0; first < rows.tokens.size(1); first += size) {
    const int64_t count = std::min(size, rows.tokens.size(1) - first);
    const Batch piece{.tokens = rows.tokens.narrow(1, first, count),
                      .targets = rows.targets.narrow(1, first, count),
                      .marked = counted.defined() ? counted.narrow(1, first, count) : counted};
    SequenceOutput answer = source.outputs(piece, state);
    state = std::move(answer.state);
    const SequenceSums part = sequence_sums(scored, answer.output, piece, mean);
    sums = first == 0 ? part : add(sums, part);
  }
  return sums;
}

}  // namespace

OutputSource output_source(const SequenceModel& model) {
  return {
      .outputs = [&model](const Batch& batch,
                          const LayerState& state) { return batch_output(model, batch, state); },
      .output_size = model.output_size(),
      .causal = model.causal(),
      .device = parameter_options(model).device()};
}

SequenceSums piecewise_sums(const OutputSource& source, const Scoring& scoring,
                            const EvaluationSet& sequences) {
  const std::vector<Piece> pieces = pieces_of(source, scoring, sequences.lengths);
  torch::Tensor mean = target_mean_of(scoring, sequences, pieces);
  if (mean.defined()) mean = mean.to(source.device);
  std::vector<SequenceSums> parts;
  for (const Piece& piece : pieces) {
    const Batch rows = batch_on(sequences.rows(piece.first, piece.count), source.device);
    parts.push_back(piece.tokens < rows.tokens.size(1)
                        ? sums_over_time(source, scoring, rows, mean, piece.tokens)
                        : sums_of_rows(source, scoring, rows, mean));
  }
  return join(parts);
}

}  // namespace gril

#include "gril/evaluation/piecewise_sums.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "gril/evaluation/batch_output.h"
#include "gril/evaluation/counted_outputs.h"

namespace gril {
namespace {

constexpr int64_t kSequencesAtOnce = 512;
constexpr int64_t kTokensAtOnce = 65536;
constexpr int64_t kNumbersAtOnce = int64_t{1} << 24;
// Layers work on chunks of tokens: many short pieces cost more than a few long ones.
constexpr int64_t kShortestPiece = 256;

/// The size of a piece.
struct PieceSize {
  int64_t sequences;
  int64_t tokens;
};

PieceSize piece_size(const OutputSource& source, const Scoring& scoring,
                     const torch::Tensor& tokens) {
  const int64_t length = tokens.size(1);
  const int64_t most = std::clamp<int64_t>(kNumbersAtOnce / source.output_size, 1, kTokensAtOnce);
  const bool in_time = length > most && source.causal && scoring.positions != Positions::kLast;
  const int64_t row = in_time ? kShortestPiece : std::max<int64_t>(1, length);
  const int64_t sequences =
      std::clamp<int64_t>(most / row, 1, std::clamp<int64_t>(tokens.size(0), 1, kSequencesAtOnce));
  return {sequences, in_time ? most / sequences : length};
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

torch::Device device_of(const SequenceModel& model) {
  const auto parameters = model.parameters();
  return parameters.empty() ? torch::Device(torch::kCPU) : parameters.front().device();
}

}  // namespace

OutputSource output_source(const SequenceModel& model) {
  return {
      .outputs = [&model](const Batch& batch,
                          const LayerState& state) { return batch_output(model, batch, state); },
      .output_size = model.output_size(),
      .causal = model.causal(),
      .device = device_of(model)};
}

SequenceSums piecewise_sums(const OutputSource& source, const Scoring& scoring,
                            const Batch& batch) {
  torch::Tensor mean = target_mean(scoring, batch);
  if (mean.defined()) mean = mean.to(source.device);
  const PieceSize size = piece_size(source, scoring, batch.tokens);
  std::vector<SequenceSums> parts;
  for (int64_t first = 0; first < batch.tokens.size(0); first += size.sequences) {
    const int64_t count = std::min(size.sequences, batch.tokens.size(0) - first);
    const Batch rows = batch_on(batch_rows(batch, first, count), source.device);
    parts.push_back(size.tokens < batch.tokens.size(1)
                        ? sums_over_time(source, scoring, rows, mean, size.tokens)
                        : sums_of_rows(source, scoring, rows, mean));
  }
  return join(parts);
}

}  // namespace gril

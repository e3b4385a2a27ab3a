#pragma once

#include <cstdint>
#include <functional>

#include "gril/evaluation/evaluation_set.h"
#include "gril/evaluation/sequence_sums.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// Where outputs come from: a model, or anything else that answers a batch.
struct OutputSource {
  /// The outputs for a batch and the state to go on with, from the state of an earlier call.
  std::function<SequenceOutput(const Batch& batch, const LayerState& state)> outputs;
  int64_t output_size = 1;
  bool causal = true;  ///< sequences may come in pieces, with the state carried over
  torch::Device device = torch::kCPU;  ///< where it takes batches
};

OutputSource output_source(const SequenceModel& model);

/// The sums of sequences that are made, answered and forgotten piece by piece, so that memory does
/// not grow with their number. A piece is padded to its longest sequence and has at most 512
/// sequences, 65536 tokens and 2²⁴ numbers of output, padding included. Longer sequences come in
/// pieces of time with the state carried over, if every or marked tokens count and the source is
/// causal; otherwise each comes whole.
/// The sums are on the device of the source. Cost: sequences with numbers as targets are made
/// twice, first for the mean of the targets.
SequenceSums piecewise_sums(const OutputSource& source, const Scoring& scoring,
                            const EvaluationSet& sequences);

}  // namespace gril

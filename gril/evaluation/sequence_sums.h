#pragma once

#include <torch/types.h>

#include <vector>

#include "gril/tasks/batch.h"
#include "gril/tasks/scoring.h"

namespace gril {

/// What an evaluation adds up, one number per sequence: float64, (B). A quantity of all sequences
/// is a ratio of two sums over them, so that sequences with more positions weigh more.
struct SequenceSums {
  torch::Tensor positions;   ///< outputs that count
  torch::Tensor loss;        ///< their losses
  torch::Tensor deviations;  ///< squared errors: their (y - ȳ)², mean over outputs
  torch::Tensor hits;        ///< cross-entropy: those whose largest entry is that of the class
};

/// ȳ of every output over all positions that count, (m), float64; undefined for classes.
torch::Tensor target_mean(const Scoring& scoring, const Batch& batch);

/// The sums of a batch.
///
/// output   of a model, (B, T, m) or (B, 1, m): counted_outputs.h
/// mean     target_mean of the whole evaluation, of which `batch` may be a part
/// errors   InvalidArgument "[evaluate] …" when output and targets do not fit each other
SequenceSums sequence_sums(const Scoring& scoring, const torch::Tensor& output, const Batch& batch,
                           const torch::Tensor& mean);

/// The sums of sequences of which `a` and `b` have seen different tokens.
SequenceSums add(const SequenceSums& a, const SequenceSums& b);

/// The sums of all parts, in their order.
SequenceSums join(const std::vector<SequenceSums>& parts);

}  // namespace gril

#pragma once

#include <torch/types.h>

#include <optional>
#include <string>

#include "gril/analysis/decompiler/attention_weights.h"
#include "gril/analysis/decompiler/sample_sequences.h"
#include "gril/analysis/decompiler/state_forms.h"
#include "gril/base/json.h"

namespace gril {

/// 1 − R² of the linear regression with intercept of targets (N, q) on features (N, p): the share
/// of the targets' variance, all together, that the features do not explain. NaN for constant
/// targets.
double unexplained_share(const torch::Tensor& features, const torch::Tensor& targets);

/// Whether the neurons hold the key-values and queries of an attention layer, linearly. Source:
/// gated_rnn_attention.md 4.1. 0: exactly. The regressors are those combinations of the neurons'
/// states that the outputs read: of neurons that are all read for themselves, the neurons; of a
/// neuron stored in two parts that are read as one, their sum. So a score does not change with the
/// coordinates of the network. Many regressors explain anything: their number stands beside it.
struct LinearProbe {
  double unexplained = 0.0;  ///< 1 − R²
  int64_t regressors = 0;    ///< combinations that the targets are regressed on
  int64_t targets = 0;
  std::optional<std::string> obstacle = {};  ///< why there is no score; nothing where there is
};

/// Score KV: v_i(x) k_j(x) of every head on the input-gate outputs of the memory neurons, those
/// with λ within 0.01 of `memory_eigenvalue`. Tokens: those of the sequences, 5000 at most.
LinearProbe key_value_probe(const StateForms& forms, double memory_eigenvalue,
                            const AttentionWeights& attention, const SampleSequences& sequences);

/// Score Q: W_Q x of every head on the input-gate outputs of the neurons with λ below 0.01. Does
/// not apply to a side gate, which reads x itself.
LinearProbe query_probe(const StateForms& forms, const AttentionWeights& attention,
                        const SampleSequences& sequences);

/// {"applies", "unexplained", "regressors", "targets"} or {"applies": false, "reason"}
Json to_json(const LinearProbe& probe);

}  // namespace gril

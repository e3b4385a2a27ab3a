#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/analysis/decompiler/polynomial_kernels.h"
#include "gril/analysis/decompiler/sample_sequences.h"

namespace gril {

/// In how many directions a function reads something, and how much hangs on each. Unlike a count of
/// neurons it does not depend on the coordinates in which the network is stored. Directions with
/// the same singular value are known only as a space; among them stand those along which what is
/// read is uncorrelated over the sequences.
struct FunctionModes {
  std::vector<double> singular_values;  ///< of the kernels, largest first
  /// Mean square change of the outputs when that direction alone is silenced, over their mean
  /// square.
  std::vector<double> influence;

  /// How many directions have an influence above a threshold.
  int64_t count_above(double threshold) const;
};

/// Modes of the memory S: eigenvectors of the forms on S that reach an output, KK and KQ as one
/// matrix with the pair (a,b) of S as its rows. Linear attention of full rank has d(d+1)/2 of them;
/// of low rank as many as gated_rnn_attention.md (3) says.
///
/// kernels            as an output that counts sees them (visible_kernels)
/// memory_eigenvalue  γ of S
/// cost               D² × D² eigenvectors; per counted output and direction 2 D² multiply-adds
FunctionModes memory_modes(const PolynomialKernels& kernels, double memory_eigenvalue,
                           const SampleSequences& sequences);

/// The same for the current token's P: as many as there are queries to be held.
FunctionModes query_modes(const PolynomialKernels& kernels, double memory_eigenvalue,
                          const SampleSequences& sequences);

/// {"singular_values", "influence"}
Json to_json(const FunctionModes& modes);

}  // namespace gril

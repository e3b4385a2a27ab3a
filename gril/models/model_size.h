#pragma once

#include <cstdint>

#include "gril/layers/sequence_layer.h"

namespace gril {

/// How large a model is, for one sequence.
struct ModelSize {
  int64_t parameters = 0;             ///< trainable numbers
  int64_t state_elements = 0;         ///< numbers carried from token to token, before the first
  int64_t state_growth = 0;           ///< numbers that the first token adds to them: of softmax
                                      ///< attention, but not inside token_groups
  double operations_per_token = 0.0;  ///< a multiply-add counted as two
};

ModelSize model_size(const SequenceLayer& model);

}  // namespace gril

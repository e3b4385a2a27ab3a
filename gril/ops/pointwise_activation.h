#pragma once

#include <cstdint>

namespace gril {

/// Functions of single numbers that operators compute on the way, σ(z) = 1 / (1 + exp(-z)):
enum class PointwiseActivation : int64_t {
  kNone,     ///< z
  kSigmoid,  ///< σ(z)
  kSilu,     ///< z σ(z)
};

}  // namespace gril

#pragma once

#include <cstdint>

#include "gril/ops/pointwise_activation.h"

/// The arithmetic of gated_head_norm on raw memory: some heads, each a row of `width` numbers
/// behind the one before. Compiled for every Highway target, chosen when the program runs. No
/// allocation, no errors, no threads; T is float or double.
namespace gril {

template <typename T>
struct GatedHeadNormInput {
  const T* readings = nullptr;
  const T* gate = nullptr;  ///< null: no gate
  PointwiseActivation activation = PointwiseActivation::kNone;
  double epsilon = 0.0;  ///< 0: no norm
  int64_t heads = 0;     ///< rows
  int64_t width = 0;
};

void gated_head_norm_forward(const GatedHeadNormInput<float>& input, float* output);
void gated_head_norm_forward(const GatedHeadNormInput<double>& input, double* output);

template <typename T>
struct GatedHeadNormBackward {
  GatedHeadNormInput<T> input;
  const T* gradient = nullptr;  ///< of the output
  T* readings_gradient = nullptr;
  T* gate_gradient = nullptr;  ///< null without a gate
};

void gated_head_norm_backward(const GatedHeadNormBackward<float>& call);
void gated_head_norm_backward(const GatedHeadNormBackward<double>& call);

}  // namespace gril

#pragma once

#include <cstdint>

/// The arithmetic of linear_scan on raw memory: one batch entry, one block of channels. Compiled
/// for every Highway target, chosen when the program runs. No allocation, no errors, no threads.
///
/// T is float or double. Complex numbers are pairs (re, im) of T, and all counts below are counts
/// of T: a complex channel counts twice. Step s = 0 … length-1 is in running order, so a reversed
/// scan passes its last row and negative steps. Nothing outside the named rows is read or written.
namespace gril {

/// The widest block in bytes: the state of a block lives in the first-level cache.
constexpr int64_t kLinearScanBlockBytes = 16384;

template <typename T>
struct LinearScanForward {
  /// decay + s * decay_step is the row of step s; decay_step 0 means a constant decay.
  const T* decay;
  int64_t decay_step;
  /// Rows of input and output are `step` apart.
  const T* input;
  T* output;
  int64_t step;
  const T* initial_state;
  int64_t length;
  int64_t width;
  bool complex;
  /// Writes around the caches: right when the output is larger than they are.
  bool bypass_cache;
};

/// h_s = a_s h_{s-1} + x_s.
void linear_scan_forward(const LinearScanForward<float>& scan);
void linear_scan_forward(const LinearScanForward<double>& scan);

template <typename T>
struct LinearScanBackward {
  const T* decay;
  int64_t decay_step;
  /// Rows of the next four are `step` apart.
  const T* gradient;
  const T* states;
  T* input_gradient;
  /// Constant decay: one row, the sum over all steps.
  T* decay_gradient;
  int64_t step;
  const T* initial_state;
  T* initial_state_gradient;
  int64_t length;
  int64_t width;
  bool complex;
  bool bypass_cache;
};

/// With g_s the gradient of h_s, from the last step to the first:
/// d_s = g_s + conj(a_{s+1}) d_{s+1}; input gradient d_s; decay gradient d_s conj(h_{s-1});
/// initial state gradient conj(a_0) d_0. Reads three rows and writes two per step.
void linear_scan_backward(const LinearScanBackward<float>& scan);
void linear_scan_backward(const LinearScanBackward<double>& scan);

}  // namespace gril

#pragma once

#include <cstdint>

/// The CPU kernels of outer_product_scan: raw pointers, no torch, no allocation. README.md derives
/// both algorithms. The instruction set is chosen when a kernel is called.
namespace gril {

/// One head of a run of batch entries. A sequence row of length V or K is contiguous.
template <typename T>
struct OuterProductScanHead {
  int64_t batch = 0;
  int64_t length = 0;
  int64_t value_size = 0;
  int64_t key_size = 0;
  int64_t ranks = 1;  ///< value/key pairs per step; more than one with an elementwise decay only
  bool strict = false;
  bool reverse = false;

  int64_t value_step = 0;   ///< numbers from one pair to the next in values, one step in outputs
  int64_t key_step = 0;     ///< the same in keys and queries
  int64_t decay_step = 0;   ///< the same in a per-step decay; 0: one number for all steps
  int64_t value_entry = 0;  ///< numbers from one batch entry to the next in outputs; values: R × it
  int64_t key_entry = 0;    ///< the same in queries and keys
  int64_t decay_entry = 0;  ///< the same in a per-step decay
  int64_t state_entry = 0;  ///< the same in states; a state is V × K, contiguous

  const T* values = nullptr;
  const T* keys = nullptr;
  const T* queries = nullptr;
  const T* decay = nullptr;          ///< elementwise: V × K, contiguous
  const T* initial_state = nullptr;  ///< null stands for zeros
};

/// Where the results of one head go, laid out as values and states.
template <typename T>
struct OuterProductScanResult {
  T* outputs = nullptr;
  T* final_state = nullptr;
};

/// The gradients of the results of one head, and where those of its arguments go.
template <typename T>
struct OuterProductScanGradients {
  const T* outputs = nullptr;
  const T* final_state = nullptr;  ///< null stands for zeros

  T* values = nullptr;  ///< null: not wanted, which saves the elementwise kernel a sweep
  T* keys = nullptr;
  T* queries = nullptr;
  T* initial_state = nullptr;
  /// Laid out as the decay. Constant decays (one number, or V × K) get the sum over the run of
  /// batch entries, in their order.
  T* decay = nullptr;
};

/// Numbers of T a kernel needs as workspace, aligned to 64 bytes. Linear in the length for the
/// backward pass (one state per chunk), constant for the forward pass.
int64_t chunked_workspace_size(int64_t length, int64_t value_size, int64_t key_size, bool backward);
int64_t elementwise_workspace_size(int64_t length, int64_t value_size, int64_t key_size,
                                   bool backward, int64_t ranks);

/// Scalar decay, constant or per step: chunks of 64 steps as matrix products.
template <typename T>
void chunked_scan(const OuterProductScanHead<T>& head, const OuterProductScanResult<T>& result,
                  T* workspace);
template <typename T>
void chunked_scan_backward(const OuterProductScanHead<T>& head,
                           const OuterProductScanGradients<T>& gradients, T* workspace);

/// Elementwise decay: step by step, a block of the state in registers.
template <typename T>
void elementwise_scan(const OuterProductScanHead<T>& head, const OuterProductScanResult<T>& result,
                      T* workspace);
template <typename T>
void elementwise_scan_backward(const OuterProductScanHead<T>& head,
                               const OuterProductScanGradients<T>& gradients, T* workspace);

}  // namespace gril

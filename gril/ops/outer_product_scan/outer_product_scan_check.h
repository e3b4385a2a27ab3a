#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

#include <cstdint>

namespace gril {

/// Which of the three forms of Λ an outer_product_scan has.
enum class OuterProductDecay {
  kPerHead,      ///< (H)
  kElementwise,  ///< (H, V, K)
  kPerStep,      ///< (B, T, H) or (B, T, H, 1)
};

/// The sizes B, T, H, V, K of one call, and the form of its decay.
struct OuterProductScanSizes {
  int64_t batch = 0;
  int64_t length = 0;
  int64_t heads = 0;
  int64_t value_size = 0;
  int64_t key_size = 0;
  OuterProductDecay decay = OuterProductDecay::kPerHead;
  int64_t ranks = 1;  ///< pairs per step, see ranked_outer_product_scan.h

  /// Nothing to compute: only the definition knows what comes out then.
  bool is_empty() const { return batch * length * heads * value_size * key_size == 0; }
};

/// The one check of outer_product_scan, made first by every backend.
/// errors  c10::ValueError, "[outer_product_scan] …".
OuterProductScanSizes check_outer_product_scan(const at::Tensor& values, const at::Tensor& keys,
                                               const at::Tensor& queries, const at::Tensor& decay,
                                               const c10::optional<at::Tensor>& initial_state);

/// The same for outer_product_scan_backward: the gradients must fit these sizes.
void check_outer_product_scan_gradients(const OuterProductScanSizes& sizes,
                                        const at::Tensor& values,
                                        const at::Tensor& outputs_gradient,
                                        const c10::optional<at::Tensor>& final_state_gradient);

}  // namespace gril

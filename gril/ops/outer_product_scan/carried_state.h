#pragma once

#include <ATen/core/Tensor.h>

namespace gril {

/// What goes into each chunk of a sequence and what comes out of the last one.
struct CarriedState {
  at::Tensor before;  ///< (B, C, H, V, K), the state that enters each chunk
  at::Tensor last;    ///< (B, H, V, K)
};

/// The recurrence between chunks, x ← factors_c · x + terms_c, for c = 1 … C, or from C to 1 with
/// `backward`: states run one way, their gradients the other.
///
/// factors  what a chunk does to a state that passes it; broadcasts against terms, C entries in
///          axis 1.
/// terms    what a chunk adds, (B, C, H, V, K).
/// first    x before the first chunk, (B, H, V, K).
CarriedState carry_between_chunks(const at::Tensor& factors, const at::Tensor& terms,
                                  const at::Tensor& first, bool backward);

}  // namespace gril

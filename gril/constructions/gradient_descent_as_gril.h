#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/constructions/gradient_descent_claim.h"
#include "gril/models/checkpoint.h"

namespace gril {

/// W0 (m, columns) with independent N(0, 1) entries, row-major, from `seed` alone. columns: d, or P
/// with features.
std::vector<double> random_initial_weights(int64_t outputs, int64_t columns, uint64_t seed);

/// Weights with which GrilLayers perform gradient descent in context, exactly.
/// Source: Learning in the Recurrent State (arXiv 2410.11687).
///
/// route        one step                             several steps
/// causal       one GrilLayer, below; on the         gradient_descent_stack.h (squared loss)
///              cross-entropy classification_step.h
/// sub-layers                                        sub_layers_stack.h (two, squared loss)
/// full-sums    full_sums_stack.h                    full_sums_stack.h
/// minibatches  minibatch_stack.h                    minibatch_stack.h
/// Features of a perceptron stand below any of them, example_stream.h.
///
/// One step is one GrilLayer; P_x, P_y select x and y in a token, C = (η/N) I, W_0 also on the
/// output.
///
/// layout       window, stride  value                    key        query
/// constructed  1, 1            1                        P_xy u_t   P_next u_t
/// interleaved  3, 2            u_{t-1}                  u_{t-2}    u_t         W_0 = 0
/// interleaved  3, 2            P_y u_{t-1} - W_0 u_{t-2}    u_{t-2}    u_t     W_0 ≠ 0
/// pairs        1, 1            P_y u_t - W_0 P_x u_t    P_x u_t    P_x u_t
/// windowed     1, 1            P_y u_t - W_0 P_x u_t    P_x u_t    P_next u_t
/// blocks       2, 1            P_y u_t - W_0 P_x u_{t-1}    P_x u_{t-1}    P_x u_t
///
/// Constructed tokens: W_0 = 0 only, and the state is a vector. Interleaved tokens from W_0 = 0:
/// identity maps, and M pairs the offsets, as in the paper's first version. Pairs are read before
/// the update.
///
/// Decay λ is the layer's fixed decay. Blocks spend two tokens on an example and read one token
/// after it: their decay is √λ and C = (η/N)/√λ.
///
/// claim        what the model computes; checked first.
/// input_range  r of the task that is stored with the model; no weight depends on it.
/// dtype        float32 or float64: the precision the weights are rounded to.
/// returns      an ordinary model with its claim (tolerance 1e-12, float32: 1e-5) and its task
///              (squared loss).
/// errors       InvalidArgument "[gradient_descent] …", see check(claim).
ModelFile gradient_descent_as_gril(const GradientDescentClaim& claim, double input_range,
                                   torch::Dtype dtype);

}  // namespace gril

#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/constructions/gradient_descent_step.h"
#include "gril/models/checkpoint.h"

namespace gril {

/// W0 (m, d) with independent N(0, 1) entries, row-major, from `seed` alone.
std::vector<double> random_initial_weights(int64_t outputs, int64_t inputs, uint64_t seed);

/// Weights with which one GrilLayer performs one step of gradient descent in context, exactly and
/// after every example. Source: Learning in the Recurrent State (arXiv 2410.11687).
/// Notation of GrilLayer; P_x, P_y select x and y in a token, C = (η/N) I, W0 also on the output.
///
/// layout       window, stride   value               key        query      state
/// constructed  1, 1             1                   P_xy u_t   P_next u_t a vector; W0 = 0 only
/// interleaved  3, 2             u_{t-1}             u_{t-2}    u_t        W0 = 0: identity maps, M
/// interleaved  3, 2             P_y u_{t-1}-W0 u_{t-2}  u_{t-2}  u_t      W0 ≠ 0: untied maps
/// pairs        1, 1             P_y u_t - W0 P_x u_t    P_x u_t  P_x u_t  read before the update
/// windowed     1, 1             P_y u_t - W0 P_x u_t    P_x u_t  P_next u_t
/// blocks       2, 1             P_y u_t - W0 P_x u_{t-1}  P_x u_{t-1}  P_x u_t
///
/// Decay λ is the layer's fixed decay. Blocks spend two tokens on an example and read one token
/// after it: their decay is √λ and C = (η/N)/√λ.
///
/// step         the claim; checked first.
/// input_range  r of the task that is stored with the model; no weight depends on it.
/// dtype        float32 or float64: the precision the weights are rounded to.
/// returns      an ordinary model with its claim (tolerance 1e-12, float32: 1e-5) and its task.
/// errors       InvalidArgument "[gradient_descent] …", see check(step).
ModelFile gradient_descent_as_gril(const GradientDescentStep& step, double input_range,
                                   torch::Dtype dtype);

}  // namespace gril

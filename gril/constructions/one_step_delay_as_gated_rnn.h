#pragma once

#include <cstdint>

#include "gril/constructions/exact_model.h"

namespace gril {

/// Weights with which a GatedLinearRnn gives the token before next to the current one, (x_{t-1};
/// x_t) with x_0 = 0. Source: gated_rnn_attention.md 4.3 (b). With ε = 2^-26 and indices from 0:
///
///     neuron i        eigenvalue ε: x_t[i] + ε x_{t-1}[i] + ε² x_{t-2}[i] + …
///     neuron d + i    eigenvalue 0: x_t[i]
///     neuron 2d       eigenvalue 0: the constant 1
///     gate i          (neuron i - neuron d + i) / ε · 1 = x_{t-1}[i] + ε x_{t-2}[i] + …
///     gate d + i      neuron d + i · 1
///
/// A diagonal recurrence cannot delay exactly: its memory fades in powers. The error is
/// ε |x_{t-2}| + ε² |x_{t-3}| + … and a rounding of x_t/ε, 2^-27 |x_t|. Features that stay zero for
/// one token before and after they are used have an error of ε² = 2^-52, a rounding in float64.
///
/// width    d, features of a token.
/// returns  the layer: 2d + 1 neurons, 2d gates, 2d outputs.
ExactLayer one_step_delay_as_gated_rnn(int64_t width);

}  // namespace gril

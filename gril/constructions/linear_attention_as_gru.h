#pragma once

#include <vector>

#include "gril/constructions/exact_model.h"
#include "gril/constructions/memory_query_form.h"

namespace gril {

/// Weights with which two GRUs and a linear readout compute linear attention in the limit ε → 0.
/// In a GRU, h_t = (1-z) n + z h_{t-1}, writing and forgetting are one gate; but the candidate sees
/// the state, and n = tanh(w + h) gives h_t = h_{t-1} + (1-z) w: all is kept, and 1-z multiplies.
/// The other way round, n = tanh(w - z/(1-z) h) gives h_t = (1-z) w: nothing is kept. With sums
/// scaled by α = ε³, queries by β = ε² (sigmoid_cell.h), and a form of N memory neurons, Q queries
/// and G gates, its rows normalised:
///
///     first, units (n, ±)   1-z = σ(±ε right_n·x), n = tanh(α left_n·x + h): the difference of the
///                           pair is ½ εα memory_n  (reset gate open, U = 1)
///     first, unit j         z closed, n = tanh(β queries_j·x): β query_j  (U = 0)
///     second, units (g, ±)  1-z = σ(ζ), ζ = ± query unit · ε/β, n = tanh(pair difference · 2/ε + r
///     U h)
///                           with r = σ(-2ζ), U = -2: r U = -1 + ζ + O(ζ³) is -z/(1-z) up to ζ²/2;
///                           readout of the pair times ±2/(εα)
///
/// Error: a product of key k and query q is off by ε² (k² + q²)/12 of itself, and ε² q²/4 of the
/// product before it stays; whatever the length while the sums that are kept stay below 1/ε².
/// Rounding grows as 1/ε. Source: gated_rnn_attention.md 3.4, which keeps by a leak of e^{-20} and
/// takes away by a weight of e^{25}; here no weight of the first layer exceeds 1 and none of the
/// second 2/ε, biases apart.
///
/// returns  2N + Q units, 2G units and the readout.
/// errors   InvalidArgument "[linear_attention] …" for a form that rotates, or that forgets: what a
///          unit forgets depends on the key.
std::vector<ExactLayer> linear_attention_as_gru(const MemoryQueryForm& form, double epsilon);

}  // namespace gril

#pragma once

#include <vector>

#include "gril/constructions/exact_model.h"
#include "gril/constructions/memory_query_form.h"

namespace gril {

/// Weights with which LSTMs and a linear readout compute linear attention in the limit ε → 0.
/// Source: gated_rnn_attention.md 3.3, with sums scaled by α = ε³ and queries by β = ε²
/// (sigmoid_cell.h). A form of N memory neurons, Q queries and G gates (memory_query_form.h), its
/// rows normalised; recurrent weights zero:
///
/// Two layers, the route of arXiv 2309.01775: input gate and memory, then the output gate.
///
///     first, units (n, ±)   candidate tanh(α left_n·x), input gate σ(±ε right_n·x), forget gate λ,
///                           output gate open: the difference of the pair is ½ εα memory_n
///     first, unit j         candidate tanh(β queries_j·x), input and output gate open, forget gate
///                           closed: β query_j
///     second, units (g, ±)  candidate tanh(pair difference · 2/ε), output gate σ(± query unit ·
///     ε/β),
///                           input gate open, forget gate closed;  readout of the pair times
///                           ±2/(εα)
///
/// Error: a product of key k and query q is off by ε² (k² + q²)/12 of itself, whatever the length
/// while the sums that are kept stay below 1/ε². Rounding grows as 1/ε.
///
/// returns  2N + Q units, 2G units and the readout.
/// errors   InvalidArgument "[linear_attention] …" for a form that rotates.
std::vector<ExactLayer> linear_attention_as_two_layer_lstm(const MemoryQueryForm& form,
                                                           double epsilon);

/// One layer: the output gate of an LSTM reads the token, so it can multiply by a query. Every gate
/// (n, j) of the form becomes four units with signs s, s':
///
///     candidate tanh(α left_n·x), input gate σ(s ε right_n·x), output gate σ(s' ε queries_j·x),
///     forget gate λ;  readout of the gate times 4 s s' / (ε² α)
///
/// The same error; rounding grows as 1/ε²: in float64 it is the larger one below ε = 1e-4.
///
/// returns  4G units and the readout.
std::vector<ExactLayer> linear_attention_as_one_layer_lstm(const MemoryQueryForm& form,
                                                           double epsilon);

}  // namespace gril
